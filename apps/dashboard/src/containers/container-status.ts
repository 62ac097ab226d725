import type { ContainerLine } from '#contracts';
import { ago, duration } from '../format/durations.ts';

/** How a container's dot is coloured. */
export type Tone = 'good' | 'busy' | 'bad' | 'off';

export function toneOf({ state, health, exitCode }: Pick<ContainerLine, 'state' | 'health' | 'exitCode'>): Tone {
  if (state === 'running') return health === 'unhealthy' ? 'bad' : health === 'starting' ? 'busy' : 'good';
  if (state === 'restarting' || state === 'removing' || state === 'paused') return 'busy';
  return state === 'dead' || (state === 'exited' && exitCode !== 0) ? 'bad' : 'off';
}

/** `up 5m, healthy`, `exited (1) 3h ago`: in Docker's words, in short. */
export function statusText(line: ContainerLine, nowMs: number): string {
  const { state, health, exitCode, startedAtMs, finishedAtMs } = line;
  if (state === 'running') return `up ${duration(nowMs - startedAtMs)}${health === 'none' || health === '' ? '' : `, ${health}`}`;
  if (state === 'exited') return `exited (${exitCode})${finishedAtMs > 0 ? ` ${ago(finishedAtMs, nowMs)}` : ''}`;
  return state;
}
