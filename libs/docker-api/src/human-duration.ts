import type { ContainerFacts } from '#contracts';

/** Words for a span of time, exactly as the engine says them (go-units HumanDuration). */
export function humanDuration(spanMs: number): string {
  const seconds = Math.trunc(spanMs / 1_000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.trunc(spanMs / 60_000);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.trunc(spanMs / 3_600_000 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.trunc(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.trunc(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24 / 30)} months`;
  return `${Math.trunc(spanMs / 3_600_000 / 24 / 365)} years`;
}

const hourMs = 3_600_000;

/** The span, in ms, from which on `humanDuration` has other words than for this one. */
export function nextDurationMs(spanMs: number): number {
  if (spanMs < 1_000) return 1_000;
  if (spanMs < 60_000) return (Math.trunc(spanMs / 1_000) + 1) * 1_000;
  const minutes = Math.trunc(spanMs / 60_000);
  if (minutes < 60) return (minutes + 1) * 60_000;
  // Hours are rounded, so that each begins half an hour early.
  const hours = Math.trunc(spanMs / hourMs + 0.5);
  const from = (hour: number) => (hour - 0.5) * hourMs;
  if (hours < 48) return from(hours + 1);
  if (hours < 24 * 7 * 2) return from(following(hours, 24));
  if (hours < 24 * 30 * 2) return from(Math.min(following(hours, 24 * 7), 24 * 30 * 2));
  if (hours < 24 * 365 * 2) return from(Math.min(following(hours, 24 * 30), 24 * 365 * 2));
  return following(spanMs, 24 * 365 * hourMs);
}

function following(value: number, step: number): number {
  return (Math.trunc(value / step) + 1) * step;
}

export type StatusFacts = Pick<ContainerFacts, 'state' | 'exitCode' | 'health' | 'startedAtMs' | 'finishedAtMs'>;

/** The `Status` of a container in a list, as the engine words it (moby container/state.go String). */
export function containerStatus(facts: StatusFacts, nowMs: number): string {
  const up = () => humanDuration(nowMs - facts.startedAtMs);
  const ended = () => humanDuration(nowMs - facts.finishedAtMs);
  switch (facts.state) {
    case 'paused':
      return `Up ${up()} (Paused)`;
    case 'restarting':
      return `Restarting (${facts.exitCode}) ${ended()} ago`;
    case 'running':
      return `Up ${up()}${healthWord(facts.health)}`;
    case 'removing':
      return 'Removal In Progress';
    case 'dead':
      return 'Dead';
    case 'created':
      return 'Created';
    default:
      return facts.finishedAtMs === 0 ? '' : `Exited (${facts.exitCode}) ${ended()} ago`;
  }
}

/** Until when, ms since 1970, `containerStatus` says the same as at `nowMs`; Infinity = until its facts change. */
export function statusUntilMs({ state, startedAtMs, finishedAtMs }: StatusFacts, nowMs: number): number {
  const since = (atMs: number) => atMs + nextDurationMs(nowMs - atMs);
  switch (state) {
    case 'paused':
    case 'running':
      return since(startedAtMs);
    case 'removing':
    case 'dead':
    case 'created':
      return Number.POSITIVE_INFINITY;
    case 'restarting':
      return since(finishedAtMs);
    default:
      return finishedAtMs === 0 ? Number.POSITIVE_INFINITY : since(finishedAtMs);
  }
}

function healthWord(health: string): string {
  if (health === '' || health === 'none') return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
}
