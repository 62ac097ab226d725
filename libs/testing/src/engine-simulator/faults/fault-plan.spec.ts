import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../../seeded-random.ts';
import { FaultPlan } from './fault-plan.ts';
import type { FaultRule } from './fault-rule.ts';

function planOf(...rules: FaultRule[]): FaultPlan {
  const plan = new FaultPlan(new SeededRandom(1));
  for (const rule of rules) plan.add(rule);
  return plan;
}
const ping = 'GET /_ping';

describe('the faults of an engine', () => {
  it('are none without rules, and after they were cleared', () => {
    const plan = planOf({ kind: 'stall' });
    plan.clear();
    expect(plan.judge(ping)).toEqual({ delayMs: 0 });
  });

  it('meet the route they name', () => {
    const plan = planOf({ kind: 'reset', route: ping });
    expect(plan.judge('GET /info').end).toBeUndefined();
    expect(plan.judge(ping).end?.kind).toBe('reset');
  });

  it('are over after so many times', () => {
    const plan = planOf({ kind: 'error', status: 500, message: 'broken', times: 2 });
    expect([1, 2, 3].map(() => plan.judge(ping).end?.kind)).toEqual(['error', 'error', undefined]);
  });

  it('add their latencies up, and still end the request', () => {
    const latency = { kind: 'latency', minMs: 5, maxMs: 5 } as const;
    expect(planOf(latency, latency).judge(ping)).toEqual({ delayMs: 10 });
    expect(planOf(latency, { kind: 'stall' }).judge(ping)).toMatchObject({ delayMs: 5, end: { kind: 'stall' } });
  });

  it('spread a latency between its ends', () => {
    const plan = planOf({ kind: 'latency', minMs: 10, maxMs: 20 });
    const delays = Array.from({ length: 100 }, () => plan.judge(ping).delayMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...delays)).toBeLessThan(20);
    expect(new Set(delays).size).toBeGreaterThan(50);
  });

  it('meet the part of the requests that they say, the same ones for the same seed', () => {
    const met = () => {
      const plan = planOf({ kind: 'stall', share: 0.3 });
      return Array.from({ length: 1_000 }, () => plan.judge(ping).end !== undefined);
    };
    expect(met().filter(Boolean).length).toBeGreaterThan(250);
    expect(met().filter(Boolean).length).toBeLessThan(350);
    expect(met()).toEqual(met());
  });
});
