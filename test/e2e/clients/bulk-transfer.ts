import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ProcessCost } from '../product/process-cost.ts';

export async function timed<T>(pending: Promise<T>): Promise<{ outcome: T; tookMs: number }> {
  const startedMs = performance.now();
  const outcome = await pending;
  return { outcome, tookMs: performance.now() - startedMs };
}

/** Makes a file of so many megabytes, no two of them alike. */
export async function fill(path: string, megabytes: number): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(1_024 * 1_024, 'some bytes that a tunnel has to carry ');
  for (let index = 0; index < megabytes; index += 1) {
    block.writeUInt32BE(index);
    await file.write(block);
  }
  await file.close();
}

/** SHA-256 of a file, in hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export type Usage = Readonly<Record<'gateway' | 'agent' | 'nats', ProcessCost>>;
export type BulkTimes = {
  /** Of the file, which went in and out. */
  readonly megabytes: number;
  readonly inMs: number;
  readonly outMs: number;
  /** Of small requests beside it, and of ones with nothing beside them. */
  readonly answered: readonly number[];
  readonly idle: readonly number[];
};

/** Prints what the transfers cost. */
export function reportBulk(
  what: string,
  before: Usage,
  after: Usage,
  { megabytes, inMs, outMs, answered, idle }: BulkTimes,
): void {
  const mbps = (tookMs: number) => Math.round(megabytes / (tookMs / 1_000));
  print(
    `${what}: cp in ${mbps(inMs)} MB/s, out ${mbps(outMs)} MB/s; small request p50 ${median(idle)} ms idle, ${median(answered)} ms beside`,
  );
  for (const who of ['gateway', 'agent', 'nats'] as const) {
    const perGb = (after[who].cpuMs - before[who].cpuMs) / 1_000 / ((2 * megabytes) / 1_024);
    print(`  ${who}: RSS ${before[who].rssMb.toFixed(0)} → ${after[who].rssMb.toFixed(0)} MB, ${perGb.toFixed(1)} CPU s/GiB`);
  }
}

function median(values: readonly number[]): string {
  return (values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0).toFixed(1);
}

/** A figure, for whoever reads the run. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
