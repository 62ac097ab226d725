import { expect, it } from 'vitest';
import { FleetGauge } from './fleet-gauge.ts';

const totals = (requests: number) => ({ requests, placements: 0, refusals: 0, events: 0 });

it('tells means since the look before, and nothing at the first', () => {
  const gauge = new FleetGauge();
  expect(gauge.look([], totals(10), 0)).toBeUndefined();
  expect(gauge.look([], totals(30), 2_000)).toMatchObject({ atMs: 2_000, requestsPerSecond: 10, engines: 0 });
});
