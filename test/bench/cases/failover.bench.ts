import { setTimeout as sleep } from 'node:timers/promises';
import { costOf } from '../../e2e/product/process-cost.ts';
import type { BenchCase } from '../bench-case.ts';
import { figuresOf, MeasuredFleet } from '../fleet/measured-fleet.ts';
import type { Row } from '../report/row.ts';

const size = { engines: 20, containers: 10 };
const replicas = { monitors: 2, schedulers: 2, gateways: 2 };
const clients = 8;
const forMs = 20_000;
const killAfterMs = 5_000;
/** The killed process is there again, and its engines are shared anew. */
const recoverMs = 15_000;

export const failoverBench: BenchCase = {
  about: 'SIGKILL to the leading scheduler, a monitor, a gateway while 8 clients create, start and remove; none of them retries',
  async *run() {
    const { fleet } = await MeasuredFleet.open({ ...size, ...replicas });
    try {
      yield await measured(fleet, 'nothing', () => undefined);
      yield await measured(fleet, 'the leading scheduler', leaderOf);
      yield await measured(fleet, 'a monitor', ({ stack }) => stack.pids('engine-monitor')[0]);
      yield await measured(fleet, 'a gateway', ({ stack }) => stack.pids('api-gateway')[0]);
    } finally {
      await fleet.close();
    }
  },
};

/** `gapMs` is the longest time in which no client got on; `slowestMs` what the unluckiest one waited. */
async function measured(fleet: MeasuredFleet, what: string, victim: (fleet: MeasuredFleet) => number | undefined): Promise<Row> {
  const addresses = [fleet.address(0), fleet.address(1)];
  const prefix = `failover-${what.replaceAll(' ', '-')}`;
  const image = await fleet.image();
  const job = { kind: 'creates', addresses, image, clients, atMost: Number.MAX_SAFE_INTEGER, atMostMs: forMs, prefix } as const;
  const loaded = fleet.load.run({ ...job, removes: 'at once' });
  await sleep(killAfterMs);
  const pid = victim(fleet);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  const outcome = await loaded;
  for (const error of outcome.firstErrors) console.error(`failover: ${error}`);
  await sleep(recoverMs);
  const { gapMs, slowestMs, errors } = outcome;
  return { case: `kill of ${what}`, size: fleet.size, figures: { ...figuresOf(outcome), gapMs, slowestMs, errors } };
}

/** The one that worked: a follower only listens. */
function leaderOf({ stack }: MeasuredFleet): number | undefined {
  return stack.pids('scheduler').toSorted((left, right) => costOf(right).cpuMs - costOf(left).cpuMs)[0];
}
