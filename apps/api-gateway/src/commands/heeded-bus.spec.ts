import { expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { BaleenError } from '#contracts';
import { systemClock } from '#service-shell';
import { heededBus } from './heeded-bus.ts';

it('tells of commands that were refused, and of no others', async () => {
  let refusals = 0;
  const bus = heededBus(openMemoryBus(new MemoryBusModel({ clock: systemClock })), () => {
    refusals += 1;
  });
  await bus.serve('cmd.scheduler.*', (_, { subject }) => {
    if (subject.endsWith('place')) throw new BaleenError('placement/name-taken', 'the name is taken');
    return Promise.resolve('done');
  });
  expect(await bus.request('cmd.scheduler.renew', {}, { timeoutMs: 1_000 })).toBe('done');
  expect(refusals).toBe(0);
  await expect(bus.request('cmd.scheduler.place', {}, { timeoutMs: 1_000 })).rejects.toThrow('the name is taken');
  expect(refusals).toBe(1);
});
