import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase } from '../bench-case.ts';
import { figuresOf, type MeasuredFleet } from '../fleet/measured-fleet.ts';
import type { CreatesJob, LoadOutcome } from '../load/load-job.ts';
import type { Row } from '../report/row.ts';

type Round = Pick<CreatesJob, 'clients'> & { readonly perEngine: number };
type Job = Omit<CreatesJob, 'clients' | 'atMost' | 'prefix'>;

/** Clients, and so many containers at most on each engine: 3 engines have memory for 3,000 more. */
const rounds: readonly Round[] = [
  { clients: 1, perEngine: 160 },
  { clients: 16, perEngine: 600 },
  { clients: 64, perEngine: 900 },
];
const atMostOfAll = 4_000;
const atMostMs = 10_000;
const directMs = 2_000;
/** So many that V8 has compiled what they run: a gateway that has stood for a while is measured, not its first seconds. */
const warmUps = 500;
/** What a create sets off on its engine is over by then. */
const settleMs = 2_000;
/** While a monitor owns its engines for less, it looks on them for what an earlier owner may have made. */
const earlierTriesMs = 60_000;

export const createsBench: BenchCase = {
  about: 'create and start at 1, 16 and 64 clients, removed between the measurements',
  async *runAt(shelf) {
    const fleet = await shelf.fleet();
    const job: Job = {
      kind: 'creates',
      addresses: [fleet.address()],
      image: await fleet.image(),
      atMostMs,
      removes: 'never',
    };
    await fleet.stoodFor(earlierTriesMs);
    await makeAndRemove(fleet, { ...job, clients: 16, atMost: warmUps, prefix: 'warm-up' });
    const rows: Row[] = [];
    for (const round of rounds) {
      rows.push(await measured(fleet, round, job));
      yield rows.at(-1) as Row;
    }
    const best = Math.max(...rows.map(({ figures }) => figures.perSecond ?? 0));
    yield { case: 'create+start, best', size: fleet.size, figures: { perSecond: best } };
  },
};

async function measured(fleet: MeasuredFleet, { clients, perEngine }: Round, each: Job): Promise<Row> {
  await sleep(settleMs);
  const atMost = Math.min(atMostOfAll, perEngine * fleet.engines.addresses.length);
  const job = { ...each, clients, atMost, prefix: `bench-${clients}` };
  const through = await fleet.measure(job, settleMs);
  const { outcome, cpuMsOf, engineRequests } = through;
  for (const error of outcome.firstErrors) console.error(`create+start: ${error}`);
  await fleet.load.run({ ...job, kind: 'removes' });
  const addresses = fleet.engines.addresses.slice(0, 1);
  const direct = await makeAndRemove(fleet, { ...job, atMostMs: directMs, addresses, prefix: `direct-${clients}` });
  const { perSecond = 0, p50Ms = 0 } = figuresOf(direct);
  return {
    case: `create+start, ${clients} client${clients === 1 ? '' : 's'}`,
    size: fleet.size,
    figures: { ...through.figures, engineRequests, errors: outcome.errors },
    cpuMsOf,
    limit: { perSecond, p50Ms },
  };
}

async function makeAndRemove(fleet: MeasuredFleet, job: CreatesJob): Promise<LoadOutcome> {
  const outcome = await fleet.load.run(job);
  await fleet.load.run({ ...job, kind: 'removes' });
  return outcome;
}
