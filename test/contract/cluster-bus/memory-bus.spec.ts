import { describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { ManualClock } from '#testing';
import { describeBus } from './bus-conformance.ts';

/** One step of simulated time, and how many of them a condition may take. */
const stepMs = 50;
const stepsMax = 2_000;

describeBus('in memory', async () => {
  const clock = new ManualClock();
  const model = new MemoryBusModel({ clock });
  let handles = 0;
  return {
    open: async () => openMemoryBus(model, `process-${(handles += 1)}`),
    async until(holds) {
      for (let step = 0; !holds(); step++) {
        if (step === stepsMax) throw new Error(`did not come true: ${holds.toString()}`);
        await clock.advanceSettling(stepMs);
      }
    },
    stop: () => Promise.resolve(),
  };
});

describe('faults of the memory bus', () => {
  it('a cut handle is told, sends nothing, and is back after reconnect', async () => {
    const clock = new ManualClock();
    const model = new MemoryBusModel({ clock });
    const client = openMemoryBus(model, 'client');
    await openMemoryBus(model, 'server').serve('cmd.discovery.list', async () => 'here');
    const changes: boolean[] = [];
    client.onConnectionChange((connected) => changes.push(connected));
    model.disconnect('client');
    await expect(client.request('cmd.discovery.list', {}, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'cluster/unavailable',
    });
    model.reconnect('client');
    expect(await client.request('cmd.discovery.list', {}, { timeoutMs: 100 })).toBe('here');
    expect(changes).toEqual([false, true]);
  });

  it('a lost reply leaves the caller to its timeout though the request was served', async () => {
    const clock = new ManualClock();
    const model = new MemoryBusModel({ clock, fateOf: ({ kind }) => (kind === 'reply' ? 'lose' : 'deliver') });
    let served = 0;
    await openMemoryBus(model).serve('cmd.discovery.list', async () => (served += 1));
    const pending = openMemoryBus(model)
      .request('cmd.discovery.list', {}, { timeoutMs: 100 })
      .catch((error: { code: string }) => error.code);
    await clock.advanceSettling(100);
    expect([await pending, served]).toEqual(['cluster/unavailable', 1]);
  });
});
