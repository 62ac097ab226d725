import { describe, expect, it } from 'vitest';
import { RestartBudget } from './restart-budget.ts';

describe('a restart budget', () => {
  it('waits longer each time and ends, and is whole again when the window has passed', () => {
    const budget = new RestartBudget(3, 60_000);
    expect([0, 1, 2, 3].map((ms) => budget.take(ms))).toEqual([0, 100, 200, undefined]);
    expect(budget.take(60_001)).toBe(100);
  });
});
