import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadOutcome } from '../load/load-job.ts';
import { type Growth, growthOf, type MemorySample } from '../report/flatness.ts';
import type { ByProcess, ProcessKind } from '../report/row.ts';
import { sampleOf } from './fleet-sample.ts';
import type { MeasuredFleet } from './measured-fleet.ts';
import { pidsByKind } from './product-costs.ts';

export type HeldLoad = {
  readonly outcome: LoadOutcome;
  readonly memory: ReadonlyMap<ProcessKind, Growth>;
  readonly rssMibOf: ByProcess;
  /** Open files at the end, once they no longer fall, above those at the beginning. */
  readonly filesKept: ReadonlyMap<ProcessKind, number>;
};

const samplePauseMs = 2_000;
/** Gateways keep a connection to an engine for 30 s. */
const filesSettleMs = 45_000;
/**
 * What a process may move by with nothing kept. V8 collects its old generation once 64 MB of buffers have come to lie beside its heap: under this load a
 * gateway's memory is a saw of two minutes. nats-server's cache of the stream's blocks is full after some minutes.
 */
const breathMib = (kind: ProcessKind): number => (kind === 'nats' ? 48 : 64);

/** Mixed load for so long; what the processes hold meanwhile, and what they do not give back. */
export async function holdLoad(fleet: MeasuredFleet, forMs: number): Promise<HeldLoad> {
  const { names } = (await sampleOf(fleet.engines.addresses)).running;
  // Connections of the start are given back by then.
  await fleet.rest();
  const filesBefore = openFiles(fleet);
  const image = await fleet.image();
  const job = { kind: 'mixed', address: fleet.address(), image, containers: names, prefix: 'held', forMs } as const;
  const samples = new Map<ProcessKind, MemorySample[]>();
  const began = performance.now();
  const sampler = setInterval(() => noteMemory(samples, fleet.costs().rssMib, performance.now() - began), samplePauseMs);
  const outcome = await fleet.load.run(job).finally(() => clearInterval(sampler));
  const { rssMib: rssMibOf } = fleet.costs();
  await sleep(filesSettleMs);
  const filesKept = new Map([...openFiles(fleet)].map(([kind, count]) => [kind, count - (filesBefore.get(kind) ?? 0)]));
  const memory = new Map([...samples].map(([kind, each]) => [kind, growthOf(each, breathMib(kind))]));
  return { outcome, memory, rssMibOf, filesKept };
}

function noteMemory(samples: Map<ProcessKind, MemorySample[]>, rssMib: ByProcess, atMs: number): void {
  for (const [name, mib] of Object.entries(rssMib)) {
    const kind = name as ProcessKind;
    const each = samples.get(kind) ?? [];
    each.push({ atMs, mib });
    samples.set(kind, each);
  }
}

function openFiles({ stack }: MeasuredFleet): Map<ProcessKind, number> {
  const count = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;
  return new Map(pidsByKind(stack).map(([kind, pids]) => [kind, pids.reduce((sum, pid) => sum + count(pid), 0)]));
}
