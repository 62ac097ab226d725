import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase } from '../bench-case.ts';
import { MeasuredFleet } from '../fleet/measured-fleet.ts';
import { type Row, sumOf } from '../report/row.ts';

const size = { engines: 20, containers: 10 };
const storms = [
  { eventsPerSecond: 1_000, subscribers: 1 },
  { eventsPerSecond: 1_000, subscribers: 10 },
  { eventsPerSecond: 1_000, subscribers: 100 },
  { eventsPerSecond: 4_000, subscribers: 1 },
] as const;
type Storm = (typeof storms)[number];

const seconds = 10;
/** Subscribers listen by then. */
const subscribeMs = 1_000;
/** What has not come by then counts as lost. */
const lateMaxMs = 5_000;

/** Latency is from the moment at which the engine wrote the event; CPU is per event and subscriber. */
export const eventsBench: BenchCase = {
  about: 'events of 20 engines: latency and loss at 1,000 a second with 1, 10 and 100 subscribers, at 4,000 with one',
  async *run() {
    const { fleet } = await MeasuredFleet.open(size);
    try {
      for (const storm of storms) yield await measured(fleet, storm);
    } finally {
      await fleet.close();
    }
  },
};

async function measured(fleet: MeasuredFleet, { eventsPerSecond, subscribers }: Storm): Promise<Row> {
  await fleet.rest();
  const told = eventsPerSecond * seconds;
  const expected = told * subscribers;
  const forMs = subscribeMs + seconds * 1_000 + lateMaxMs;
  const heard = fleet.measure({ kind: 'events', address: fleet.address(), subscribers, expected, forMs });
  const stormed = sleep(subscribeMs).then(() => tell(fleet, eventsPerSecond / size.engines));
  const [{ outcome, figures: latencies, cpuMsOf }] = await Promise.all([heard, stormed]);
  return {
    case: `events ${eventsPerSecond}/s, ${subscribers} subscriber${subscribers === 1 ? '' : 's'}`,
    size: fleet.size,
    figures: {
      ...latencies,
      perSecond: outcome.done / seconds,
      cpuMs: sumOf(cpuMsOf),
      lost: expected - outcome.done,
      errors: outcome.errors,
    },
    cpuMsOf,
  };
}

/** Each engine tells its share. */
async function tell(fleet: MeasuredFleet, eventsPerSecond: number): Promise<void> {
  await Promise.all(fleet.engines.addresses.map((_, engine) => fleet.engines.storm({ engine, eventsPerSecond, seconds })));
}
