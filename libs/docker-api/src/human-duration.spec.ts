import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { containerStatus, humanDuration, nextDurationMs, statusUntilMs } from './human-duration.ts';

const hundredYearsMs = 100 * 365 * 86_400_000;

it('says the same until the next span, and something else from then on', () => {
  const span = fc.oneof(
    fc.integer({ min: -5_000, max: 7_200_000 }),
    fc.integer({ min: 0, max: 100 * 86_400_000 }),
    fc.integer({ min: 0, max: hundredYearsMs }),
  );
  fc.assert(
    fc.property(span, (spanMs) => {
      const next = nextDurationMs(spanMs);
      expect(next).toBeGreaterThan(spanMs);
      expect(humanDuration(next - 1)).toBe(humanDuration(spanMs));
      expect(humanDuration(next)).not.toBe(humanDuration(spanMs));
    }),
    { numRuns: 5_000 },
  );
});

const facts = { exitCode: 1, health: 'healthy', startedAtMs: 1_000, finishedAtMs: 5_000 };

it.each(['running', 'paused', 'restarting', 'exited'])('knows until when the status of a container that is %s holds', (state) => {
  const untilMs = statusUntilMs({ ...facts, state }, 10_000);
  const said = [10_000, untilMs - 1, untilMs].map((nowMs) => containerStatus({ ...facts, state }, nowMs));
  expect([said[0] === said[1], said[1] === said[2]]).toEqual([true, false]);
});

it.each(['created', 'removing', 'dead'])('knows that the status of a container that is %s has no end', (state) => {
  expect(statusUntilMs({ ...facts, state }, 10_000)).toBe(Number.POSITIVE_INFINITY);
});
