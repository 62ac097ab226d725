import { readdirSync } from 'node:fs';
import { costOf } from '../e2e/product/process-cost.ts';

export type Figures = { readonly fds: number; readonly rssMb: number };

/** Open files and sockets, and resident memory of a process. */
export function figuresOf(pid: number): Figures {
  return { fds: readdirSync(`/proc/${pid}/fd`).length, rssMb: costOf(pid).rssMb };
}
