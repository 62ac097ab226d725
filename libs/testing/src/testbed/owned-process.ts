import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process that cannot be confused with a later one of the same pid. */
export type OwnedProcess = {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks since boot. */
  readonly startTime: string;
};

const pollMs = 20;

/** `undefined` when there is no such process, or only a zombie is left. */
export function identify(pid: number): OwnedProcess | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
  // The program's name stands in parentheses and may hold spaces: count the fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTime = fields[19];
  return startTime === undefined || state === 'Z' || state === 'X' ? undefined : { pid, startTime };
}

export function isAlive(process: OwnedProcess): boolean {
  return identify(process.pid)?.startTime === process.startTime;
}

/** Sends the signal to exactly this process; false when it is gone. */
export function signalOwned(owned: OwnedProcess, signal: NodeJS.Signals): boolean {
  if (!isAlive(owned)) return false;
  try {
    process.kill(owned.pid, signal);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Resolves true once the process is gone, false when it is still there after `timeoutMs`. */
export async function hasEnded(owned: OwnedProcess, timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  while (isAlive(owned)) {
    if (performance.now() > deadlineMs) return false;
    await sleep(pollMs);
  }
  return true;
}

function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ESRCH';
}
