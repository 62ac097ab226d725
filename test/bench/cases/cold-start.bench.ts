import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase } from '../bench-case.ts';
import type { MeasuredFleet } from '../fleet/measured-fleet.ts';
import { type Row, sumOf } from '../report/row.ts';

/** Collectors give back what the start took. */
const settleMs = 10_000;
/** Nothing begins after it. */
const createMaxMs = 1_000;
const attemptsMax = 4;

export const coldStartBench: BenchCase = {
  about: 'from `baleen manage` to the full view, engine requests per engine, memory; restarts of gateway and scheduler',
  async *runAt(shelf) {
    const { readyMs, requests, costs } = await shelf.opening();
    const fleet = await shelf.fleet();
    await sleep(settleMs);
    const { rssMib } = fleet.costs();
    yield {
      case: 'cold start',
      size: fleet.size,
      figures: {
        readyMs,
        engineRequests: requests / shelf.size.engines,
        cpuMs: sumOf(costs.cpuMs),
        rssMib: sumOf(rssMib),
      },
      cpuMsOf: costs.cpuMs,
      rssMibOf: rssMib,
    };
    yield await restart(fleet, 'gateway', 'api-gateway', () => fleet.isFull());
    yield await restart(fleet, 'scheduler', 'scheduler', () => createOne(fleet));
  },
};

/** From SIGKILL to service. */
async function restart(fleet: MeasuredFleet, name: string, app: string, isBack: () => Promise<void>): Promise<Row> {
  const [pid = 0] = fleet.stack.pids(app);
  const began = performance.now();
  process.kill(pid, 'SIGKILL');
  await isBack();
  return { case: `restart of ${name}`, size: fleet.size, figures: { readyMs: performance.now() - began } };
}

/** As a client that tries again; each one waits for a leader as long as gateways hold it. */
async function createOne(fleet: MeasuredFleet): Promise<void> {
  const image = await fleet.image();
  for (let attempt = 1; ; attempt++) {
    const addresses = [fleet.address()];
    const prefix = `after-restart-${attempt}`;
    const { errors, firstErrors } = await fleet.load.run({
      kind: 'creates',
      addresses,
      image,
      clients: 1,
      atMost: 1,
      atMostMs: createMaxMs,
      prefix,
      removes: 'never',
    });
    if (errors === 0) return void (await fleet.load.run({ kind: 'removes', addresses, prefix }));
    if (attempt === attemptsMax) throw new Error(firstErrors.join('; '));
  }
}
