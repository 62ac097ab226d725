import type { Container } from '../model/container.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24;

/** `Status` of a list entry, as a daemon words it. In words of the simulator's own: the product's would agree with themselves. */
export function statusText({ state, exitCode, startedAtMs, finishedAtMs }: Container, nowMs: number): string {
  switch (state) {
    case 'created':
      return 'Created';
    case 'running':
      return `Up ${span(nowMs - startedAtMs)}`;
    case 'paused':
      return `Up ${span(nowMs - startedAtMs)} (Paused)`;
    case 'exited':
      return `Exited (${exitCode}) ${span(nowMs - finishedAtMs)} ago`;
  }
}

function span(ms: number): string {
  const seconds = Math.trunc(ms / 1_000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < minute) return `${seconds} seconds`;
  const minutes = Math.trunc(seconds / minute);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(ms / 1_000 / hour + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 2 * day) return `${hours} hours`;
  if (hours < 14 * day) return `${Math.trunc(hours / day)} days`;
  if (hours < 60 * day) return `${Math.trunc(hours / day / 7)} weeks`;
  if (hours < 730 * day) return `${Math.trunc(hours / day / 30)} months`;
  return `${Math.trunc(hours / day / 365)} years`;
}
