import { expect, it } from 'vitest';
import type { FleetView } from '../fleet-view/fleet-view.ts';
import { FleetGauge } from './fleet-gauge.ts';

const nobody = { members: () => [] } as unknown as FleetView;
const totals = (requests: number) => ({ requests, placements: 0, refusals: 0, events: 0 });

it('tells means since the look before, and nothing at the first', () => {
  const gauge = new FleetGauge();
  expect(gauge.look(nobody, totals(10), 0)).toBeUndefined();
  expect(gauge.look(nobody, totals(30), 2_000)).toMatchObject({ atMs: 2_000, requestsPerSecond: 10, engines: 0 });
});
