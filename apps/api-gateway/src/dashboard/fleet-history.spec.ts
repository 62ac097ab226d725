import { expect, it } from 'vitest';
import type { FleetView } from '../fleet-view/fleet-view.ts';
import { FleetHistory } from './fleet-history.ts';

const nobody = { members: () => [] } as unknown as FleetView;
const totals = (requests: number) => ({ requests, placements: 0, refusals: 0, events: 0 });

it('tells means since the look before, nothing at the first, and keeps five minutes', () => {
  const history = new FleetHistory();
  expect(history.look(nobody, totals(10), 0)).toBeUndefined();
  expect(history.look(nobody, totals(30), 2_000)).toMatchObject({ atMs: 2_000, requestsPerSecond: 10, engines: 0 });
  for (let look = 2; look < 200; look++) history.look(nobody, totals(30), look * 2_000);
  expect(history.points).toHaveLength(150);
});
