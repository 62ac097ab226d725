import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HeldLoad, holdLoad } from '../bench/fleet/held-load.ts';
import { MeasuredFleet } from '../bench/fleet/measured-fleet.ts';

const size = { engines: 200, containers: 50 };
const heldMs = 120_000;
/** Kept connections that come and go by themselves: timers of clients, of the log, of probes. */
const filesKeptMax = 16;

let fleet: MeasuredFleet;
let held: HeldLoad;

beforeAll(async () => {
  ({ fleet } = await MeasuredFleet.open(size));
  held = await holdLoad(fleet, heldMs);
});
afterAll(() => fleet.close());

it('answers every request of two minutes of mixed load', () => {
  const { outcome } = held;
  process.stdout.write(
    `${outcome.done} rounds, p50 ${outcome.p50Ms.toFixed(1)} ms, slowest ${outcome.slowestMs.toFixed(0)} ms\n`,
  );
  expect(outcome.firstErrors).toEqual([]);
  // A load that stood still would hold anything; how fast it goes is the machine’s.
  expect(outcome.done).toBeGreaterThan(heldMs / 400);
});

it('holds no more memory at the end than once it was warm', () => {
  for (const [kind, growth] of held.memory)
    expect(growth, `${kind} grew by ${growth.grownMib.toFixed(0)} MiB`).toMatchObject({ isFlat: true });
});

it('gives every connection and file back', () => {
  for (const [kind, kept] of held.filesKept) expect(kept, `open files that ${kind} kept`).toBeLessThanOrEqual(filesKeptMax);
});
