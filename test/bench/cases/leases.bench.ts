import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNats } from '#cluster-bus';
import { acquireLease, openNatsLog } from '#cluster-log';
import { subjects } from '#contracts';
import { startEmbeddedNats } from '#embedded-nats';
import { systemClock } from '#service-shell';
import { engineLeaseTtlMs } from '../../../apps/engine-monitor/src/ownership/lease-length.ts';
import { costOf } from '../../e2e/product/process-cost.ts';
import type { BenchCase } from '../bench-case.ts';
import type { Row } from '../report/row.ts';

const shortestMs = 5_000;
const measuredMs = 10_000;

export const leasesBench: BenchCase = {
  about: 'what keeping the leases of 100 and 1,000 engines costs, at the length they have and at the 5 s of a small fleet',
  async *run() {
    for (const engines of [100, 1_000]) {
      yield await measured(engines, shortestMs);
      if (engineLeaseTtlMs(shortestMs, engines) > shortestMs)
        yield await measured(engines, engineLeaseTtlMs(shortestMs, engines));
    }
  },
};

async function measured(engines: number, ttlMs: number): Promise<Row> {
  const dir = mkdtempSync(join(tmpdir(), 'baleen-bench-'));
  const nats = await startEmbeddedNats({ storage: 'memory', dir });
  const connection = await connectNats({ url: nats.url, name: 'bench', clock: systemClock });
  const log = await openNatsLog({ connection, cluster: 'bench', storage: 'memory', replicas: 1, clock: systemClock });
  let writes = 0;
  log.follow([subjects.lease('engine.*')], { onEntry: () => (writes += 1) });
  const options = { ttlMs, holder: 'bench' };
  const taken = Array.from({ length: engines }, (_, index) => acquireLease(log, systemClock, `engine.e${index}`, options));
  const leases = await Promise.all(taken);
  // Past the burst of taking them, so that renewals are what is seen.
  await sleep(1_000);
  const [writesBefore, cpuBefore, serverBefore] = [writes, process.cpuUsage(), costOf(nats.pid).cpuMs];
  await sleep(measuredMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  const renewals = writes - writesBefore;
  const [holderMs, natsMs] = [(user + system) / 1_000, costOf(nats.pid).cpuMs - serverBefore];
  await Promise.all(leases.map((lease) => lease?.release()));
  await log.close();
  await connection.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
  return {
    case: `leases of ${ttlMs / 1_000} s`,
    size: `${engines} engines`,
    figures: {
      perSecond: renewals / (measuredMs / 1_000),
      cpuPercent: ((holderMs + natsMs) / measuredMs) * 100,
      cpuMs: (holderMs + natsMs) / renewals,
    },
    cpuMsOf: { monitor: holderMs / renewals, nats: natsMs / renewals },
  };
}
