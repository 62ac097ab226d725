import { expect, it } from 'vitest';
import { untilCommonMoment } from './probe-grid.ts';

it('brings probes that are due within a quarter of a second together, and none too early', () => {
  expect([0, 1, 249, 250].map((nowMs) => nowMs + untilCommonMoment(nowMs, 2_000))).toEqual([2_000, 2_250, 2_250, 2_250]);
  expect(untilCommonMoment(1_000, 0)).toBe(0);
});
