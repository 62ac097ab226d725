import { expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { type EngineStanding, whileStanding } from './engine-standing.ts';

const healthy: EngineStanding = { node: 'node-1', owner: 'monitor-1', isHealthy: true, reason: '' };

/** A request that nobody answers, while the engine's standing becomes `next`. */
async function outcomeAfter(next: EngineStanding): Promise<PromiseSettledResult<unknown>[]> {
  const clock = new ManualClock();
  let now = healthy;
  const unanswered = (signal: AbortSignal) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const outcome = Promise.allSettled([whileStanding(() => now, clock, unanswered)]);
  await clock.advanceSettling(1_000);
  now = next;
  await clock.advanceSettling(1_000);
  return outcome;
}

it('ends a request whose monitor lost the engine, so that the next one is asked', async () => {
  expect(await outcomeAfter({ ...healthy, owner: undefined })).toMatchObject([{ reason: { code: 'cluster/unavailable' } }]);
  expect(await outcomeAfter({ ...healthy, owner: 'monitor-2' })).toMatchObject([{ reason: { code: 'cluster/unavailable' } }]);
});

it('ends a request to an engine that fell silent, naming the node and the reason', async () => {
  expect(await outcomeAfter({ ...healthy, isHealthy: false, reason: 'no answer' })).toMatchObject([
    { reason: { code: 'engine/timeout', message: 'node node-1 took the request and fell silent: no answer' } },
  ]);
});

it('hands an answer on and looks no more', async () => {
  const clock = new ManualClock();
  let looks = 0;
  const standing = () => {
    looks += 1;
    return healthy;
  };
  expect(await whileStanding(standing, clock, async () => 'done')).toBe('done');
  await clock.advanceSettling(10_000);
  expect(looks).toBe(1);
});
