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
] as const satisfies readonly Storm[];
type Storm = { readonly eventsPerSecond: number; readonly subscribers: number };

const seconds = 10;
/** Told before anything is measured, so that the code is compiled. */
const warmUp = { eventsPerSecond: 1_000, seconds: 3 };
/** Between the beginnings of the engines' storms: no fleet tells in step, and each engine tells every 20 ms. */
const stepMs = 1;
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
      await tell(fleet, warmUp);
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
  const stormed = sleep(subscribeMs).then(() => tell(fleet, { eventsPerSecond, seconds }));
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
async function tell(fleet: MeasuredFleet, storm: Pick<Storm, 'eventsPerSecond'> & { readonly seconds: number }): Promise<void> {
  const share = { ...storm, eventsPerSecond: storm.eventsPerSecond / size.engines };
  const told: Promise<void>[] = [];
  for (let engine = 0; engine < size.engines; engine++) {
    told.push(fleet.engines.storm({ engine, ...share }));
    await sleep(stepMs);
  }
  await Promise.all(told);
}
