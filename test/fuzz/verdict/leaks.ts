import type { Figures } from '../process-figures.ts';

/** Connections that are kept for the next request, and ones about to close. */
const moreFdsMax = 24;
/** What V8 takes and gives back as it likes; a kilobyte leaked by each of 20,000 requests would show. */
const moreRssMbMax = 48;

/** What grew between a process's warm-up and its end, one sentence each. */
export function leaks(warm: Figures, end: Figures): string[] {
  const found: string[] = [];
  if (end.fds > warm.fds + moreFdsMax) found.push(`open files grew from ${warm.fds} to ${end.fds}`);
  if (end.rssMb > warm.rssMb + moreRssMbMax)
    found.push(`memory grew from ${warm.rssMb.toFixed(0)} to ${end.rssMb.toFixed(0)} MB`);
  return found;
}
