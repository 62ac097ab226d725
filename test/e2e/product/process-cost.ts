import { readFileSync } from 'node:fs';

/** Clock ticks a second of /proc/<pid>/stat, the same on every Linux that Node runs on. */
const ticksPerSecond = 100;

export type ProcessCost = { readonly cpuMs: number; readonly rssMb: number };

/** What a process has used so far. */
export function costOf(pid: number): ProcessCost {
  // Behind the command, which may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  const rssKb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return { cpuMs: (ticks * 1_000) / ticksPerSecond, rssMb: rssKb / 1_024 };
}
