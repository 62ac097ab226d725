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

function healthWord(health: string): string {
  if (health === '' || health === 'none') return '';
  return health === 'starting' ? ' (health: starting)' : ` (${health})`;
}
