import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { costOf } from '../../e2e/product/process-cost.ts';
import type { FigureName, Figures, Row } from '../report/row.ts';
import type { Moved } from './raw-client.ts';

export const mib = 1024 ** 2;
const gib = 1024 ** 3;

/** A process of ours that listens. */
export type Started = { readonly process: ChildProcess; readonly address: string };

/** Starts one of the files beside this one; it says its address. */
export async function started(file: string, ...args: readonly string[]): Promise<Started> {
  const process = fork(new URL(file, import.meta.url), args);
  const [address] = (await once(process, 'message')) as [string];
  return { process, address };
}

export type Comparison = {
  readonly name: string;
  readonly size: string;
  /** Addresses: the engine itself, and what stands before it with the ids of its processes. */
  readonly direct: string;
  readonly through: string;
  readonly pids: readonly number[];
  readonly run: (address: string) => Promise<Moved>;
  /** What the stream carries is counted in them. */
  readonly lines?: number;
};

/** Directly and through the gateway, the better of two each; with what the gateway spent. */
export async function compared({ name, size, direct, through, pids, run, lines }: Comparison): Promise<Row> {
  const rate = (moved: Moved) => (lines === undefined ? moved.bytes / mib : lines) / (moved.ms / 1_000);
  const figure: FigureName = lines === undefined ? 'mibPerSecond' : 'linesPerSecond';
  const limit = rate(faster(await run(direct), await run(direct)));
  const before = spentMs(pids);
  const [first, second] = [await run(through), await run(through)];
  const cpuSecondsPerGib = ((spentMs(pids) - before) / 1_000 / (first.bytes + second.bytes)) * gib;
  const rssMib = pids.reduce((sum, pid) => sum + costOf(pid).rssMb, 0);
  const reached = rate(faster(first, second));
  const figures: Figures = { [figure]: reached, cpuSecondsPerGib, rssMib, ratio: reached / limit };
  return { case: name, size, figures, limit: { [figure]: limit } };
}

export function spentMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + costOf(pid).cpuMs, 0);
}

export function pidOf({ process }: Started): number {
  return process.pid ?? 0;
}

function faster(first: Moved, second: Moved): Moved {
  return first.ms < second.ms ? first : second;
}
