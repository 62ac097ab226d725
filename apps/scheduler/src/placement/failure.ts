import { BaleenError, type CandidateVerdict } from '#contracts';

/** Classic's first line, which operators and tools match (spec appendix B). */
const firstLine = 'Unable to find a node that satisfies the following conditions ';

/** How the filters ended: the lines of all that had something to say up to the one that left no engine. */
export type Exhausted = { readonly by: string; readonly conditions: readonly (readonly string[])[] };

/** The failure a client reads: classic's words, then each reason with the number of engines it holds for. */
export function placementFailure(verdicts: readonly CandidateVerdict[], exhausted: Exhausted | undefined): BaleenError {
  const details = { refusals: Object.fromEntries(countReasons(verdicts)) };
  if (verdicts.length === 0) return new BaleenError('placement/no-engine', 'No nodes available in the cluster');
  if (verdicts.every(({ refusedBy }) => refusedBy === 'health'))
    return new BaleenError('placement/no-engine', 'No healthy node available in the cluster', { details });
  const summary = summarise(verdicts);
  if (exhausted === undefined || exhausted.by === 'resources') {
    return new BaleenError('placement/no-eligible-engine', `no resources available to schedule container: ${summary}`, {
      details,
    });
  }
  const lines = exhausted.conditions
    .filter((conditions) => conditions.length > 0)
    .map((conditions) => `[${conditions.join(' ')}]`);
  return new BaleenError('placement/no-eligible-engine', `${[firstLine, ...lines].join('\n')}\n${summary}`, { details });
}

/** `port 80 is already allocated (3 engines); the node is paused (1 engine)`: the commonest first. */
export function summarise(verdicts: readonly CandidateVerdict[]): string {
  return [...countReasons(verdicts)]
    .sort(([, a], [, b]) => b - a)
    .map(([reason, engines]) => `${reason} (${engines} ${engines === 1 ? 'engine' : 'engines'})`)
    .join('; ');
}

function countReasons(verdicts: readonly CandidateVerdict[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { reason } of verdicts) if (reason !== undefined) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return counts;
}
