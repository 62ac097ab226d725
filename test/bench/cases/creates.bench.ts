import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase } from '../bench-case.ts';
import { figuresOf, type MeasuredFleet } from '../fleet/measured-fleet.ts';
import type { CreatesJob } from '../load/load-job.ts';
import type { Row } from '../report/row.ts';

type Round = Pick<CreatesJob, 'clients' | 'atMost'>;
type Job = Omit<CreatesJob, keyof Round | 'prefix'>;

/** Clients, and so many containers at most. */
const rounds: readonly Round[] = [
  { clients: 1, atMost: 500 },
  { clients: 16, atMost: 2_000 },
  { clients: 64, atMost: 4_000 },
];
const atMostMs = 10_000;
const directMs = 2_000;
const warmUps = 30;
/** What a create sets off on its engine is over by then. */
const settleMs = 2_000;

export const createsBench: BenchCase = {
  about: 'create and start at 1, 16 and 64 clients, removed between the measurements',
  async *runAt(shelf) {
    const fleet = await shelf.fleet();
    const job: Job = {
      kind: 'creates',
      addresses: [fleet.address()],
      image: await fleet.image(),
      atMostMs,
      removes: 'afterwards',
    };
    await fleet.load.run({ ...job, clients: 4, atMost: warmUps, prefix: 'warm-up' });
    const rows: Row[] = [];
    for (const round of rounds) {
      rows.push(await measured(fleet, { ...job, ...round }));
      yield rows.at(-1) as Row;
    }
    const best = Math.max(...rows.map(({ figures }) => figures.perSecond ?? 0));
    yield { case: 'create+start, best', size: fleet.size, figures: { perSecond: best } };
  },
};

async function measured(fleet: MeasuredFleet, job: Job & Round): Promise<Row> {
  await sleep(settleMs);
  const { clients } = job;
  const through = await fleet.measure({ ...job, prefix: `bench-${clients}` }, settleMs);
  const { outcome, cpuMsOf, engineRequests } = through;
  for (const error of outcome.firstErrors) console.error(`create+start: ${error}`);
  const addresses = fleet.engines.addresses.slice(0, 1);
  const direct = await fleet.load.run({ ...job, atMostMs: directMs, addresses, prefix: `direct-${clients}` });
  const { perSecond = 0, p50Ms = 0 } = figuresOf(direct);
  return {
    case: `create+start, ${clients} client${clients === 1 ? '' : 's'}`,
    size: fleet.size,
    figures: { ...through.figures, engineRequests, errors: outcome.errors },
    cpuMsOf,
    limit: { perSecond, p50Ms },
  };
}
