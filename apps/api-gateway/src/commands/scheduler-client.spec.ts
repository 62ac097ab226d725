import { expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { BaleenError, emptyPlacementRequest, subjects } from '#contracts';
import { ManualClock } from '#testing';
import { SchedulerClient } from './scheduler-client.ts';

it('asks again after a second where the leader may have died with the request for a place', async () => {
  const clock = new ManualClock();
  const bus = openMemoryBus(new MemoryBusModel({ clock }));
  const asked: unknown[] = [];
  await bus.serve('cmd.scheduler.*', (request) => {
    asked.push(request);
    return asked.length === 1 ? new Promise(() => undefined) : Promise.reject(new BaleenError('placement/name-taken', 'taken'));
  });
  const client = new SchedulerClient(bus, clock, () => Promise.resolve());
  const answer = client.ask('place', { operation: 'op-1', request: emptyPlacementRequest });
  await Promise.all([expect(answer).rejects.toThrow('taken'), clock.advanceSettling(1_100)]);
  expect(asked).toHaveLength(2);
  expect(asked[1]).toEqual(asked[0]);
});

it('asks a new leader as soon as it says that it leads', async () => {
  const clock = new ManualClock();
  const bus = openMemoryBus(new MemoryBusModel({ clock }));
  const client = new SchedulerClient(bus, clock, () => Promise.resolve());
  const answer = client.ask('release', { operation: 'op-1', reason: 'done' });
  // Pauses of 50, 100 and 200 ms: the next look would be at 350.
  await clock.advanceSettling(160);
  await bus.serve('cmd.scheduler.*', () => Promise.resolve({ released: true }));
  bus.publish(subjects.leads(), new Uint8Array());
  await clock.advanceSettling(0);
  expect(await answer).toEqual({ released: true });
});
