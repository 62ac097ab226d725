import { expect, it } from 'vitest';
import { comparison } from './comparison.ts';
import type { Row } from './row.ts';
import { tableOf } from './table.ts';

const ping: Row = {
  case: 'ping',
  size: '100x100',
  figures: { perSecond: 10_000, cpuMs: 0.07 },
  cpuMsOf: { gateway: 0.065, nats: 0.005 },
  limit: { perSecond: 16_000 },
};

it('shows what was measured, where the CPU went, the limit, classic and the budgets', () => {
  expect(tableOf([ping, { case: 'cold start', size: '3x10', figures: { readyMs: 812.4 } }])).toEqual([
    'case        size     per s  CPU ms  gateway  nats   ready ms  limit’s per s  classic                   budgets',
    'ping        100x100  10000   0.070    0.065  0.005                    16000  per s 8200, CPU ms 0.084  per s ≥ 8200: met; CPU ms ≤ 0.084: met',
    'cold start  3x10                                         812',
  ]);
});

it('compares with a kept run what both have measured', () => {
  const before: Row = { ...ping, figures: { perSecond: 5_000, p50Ms: 1 } };
  expect(comparison([ping], [before])).toEqual([
    'case  size     figure  then  now    ratio',
    'ping  100x100  per s   5000  10000   2.00',
  ]);
});
