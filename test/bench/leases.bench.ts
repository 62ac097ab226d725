import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectNats } from '#cluster-bus';
import { acquireLease, openNatsLog } from '#cluster-log';
import { subjects } from '#contracts';
import { startEmbeddedNats } from '#embedded-nats';
import { systemClock } from '#service-shell';
import { engineLeaseTtlMs } from '../../apps/engine-monitor/src/ownership/lease-length.ts';

const shortestMs = 5_000;
const measuredMs = 10_000;

/** What it costs one process to keep the leases of so many engines: as long as they are now, and at the 5 s of a small fleet. */
export async function* measureLeases(): AsyncGenerator<string> {
  for (const engines of [100, 1_000]) {
    yield await measured(engines, shortestMs);
    if (engineLeaseTtlMs(shortestMs, engines) > shortestMs) yield await measured(engines, engineLeaseTtlMs(shortestMs, engines));
  }
}

async function measured(engines: number, ttlMs: number): Promise<string> {
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
  const [writesBefore, cpuBefore, serverBefore] = [writes, process.cpuUsage(), cpuMsOf(nats.pid)];
  await sleep(measuredMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  const percent = (cpuMs: number) => `${((cpuMs / measuredMs) * 100).toFixed(1)} %`;
  const line =
    `${engines} leases of ${ttlMs / 1_000} s: ${((writes - writesBefore) / (measuredMs / 1_000)).toFixed(0)} renewals/s, ` +
    `holder and one follower ${percent((user + system) / 1_000)} of a core, nats-server ${percent(cpuMsOf(nats.pid) - serverBefore)}`;
  await Promise.all(leases.map((lease) => lease?.release()));
  await log.close();
  await connection.close();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
  return line;
}

/** Clock ticks of 10 ms, user and system. */
function cpuMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
