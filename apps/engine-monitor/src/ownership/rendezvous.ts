import { hash } from 'node:crypto';

/**
 * Which monitor should own an engine: the one whose joint hash with the engine is highest (rendezvous hashing).
 * Every monitor computes the same; one more or less moves only the engines it wins or held. `undefined` without monitors.
 */
export function designatedMonitor(monitors: Iterable<string>, engine: string): string | undefined {
  let best: string | undefined;
  let bestWeight = '';
  for (const monitor of monitors) {
    const weight = hash('sha1', `${monitor}\n${engine}`);
    if (best === undefined || weight > bestWeight || (weight === bestWeight && monitor > best)) {
      best = monitor;
      bestWeight = weight;
    }
  }
  return best;
}
