import { expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { ManualClock } from '#testing';
import { SchedulerClient } from './scheduler-client.ts';

it('asks again within a second whether the leader died with the first asking', async () => {
  const clock = new ManualClock();
  const bus = openMemoryBus(new MemoryBusModel({ clock }));
  const asked: unknown[] = [];
  await bus.serve('cmd.scheduler.*', (request) => {
    asked.push(request);
    return asked.length === 1 ? new Promise(() => undefined) : Promise.resolve({ released: true });
  });
  const client = new SchedulerClient(bus, clock, () => Promise.resolve());
  const answer = client.ask('release', { operation: 'op-1', reason: 'test' });
  await clock.advanceSettling(1_100);
  expect(await answer).toEqual({ released: true });
  expect(asked).toHaveLength(2);
  expect(asked[1]).toEqual(asked[0]);
});
