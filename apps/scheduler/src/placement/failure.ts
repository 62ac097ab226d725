import { BaleenError, type CandidateVerdict } from '#contracts';
import { amount, type Shortage } from './resources.ts';

/** Classic's first line, which operators and tools match (spec appendix B). */
const firstLine = 'Unable to find a node that satisfies the following conditions ';

/** Reasons shown of one failure: more than that nobody reads in a terminal; `baleen explain` has them all. */
const reasonsMax = 6;

/** The filters left no engine: the lines of all that had something to say, up to the one that refused the last. */
export type Exhausted = { readonly conditions: readonly (readonly string[])[] };

/** The failure a client reads: classic's words, then each reason with the number of engines it holds for. What is short on all however empty is the request's fault. */
export function placementFailure(
  verdicts: readonly CandidateVerdict[],
  exhausted: Exhausted | undefined,
  shortages: readonly Shortage[],
  isBeyondAll = false,
): BaleenError {
  const reasons = countReasons(verdicts, shortages);
  const details = { refusals: Object.fromEntries(reasons.slice(0, reasonsMax)) };
  if (verdicts.length === 0) return new BaleenError('placement/no-engine', 'No nodes available in the cluster');
  if (verdicts.every(({ refusedBy }) => refusedBy === 'health'))
    return new BaleenError('placement/no-engine', 'No healthy node available in the cluster', { details });
  const summary = summarise(reasons);
  if (exhausted === undefined) {
    const message = `no resources available to schedule container: ${summary}`;
    return new BaleenError(isBeyondAll ? 'request/invalid' : 'placement/no-eligible-engine', message, { details });
  }
  const lines = exhausted.conditions
    .filter((conditions) => conditions.length > 0)
    .map((conditions) => `[${conditions.join(' ')}]`);
  return new BaleenError('placement/no-eligible-engine', `${[firstLine, ...lines].join('\n')}\n${summary}`, { details });
}

/** `port 80 is already allocated (3 engines); the node is paused (1 engine); and 2 more reasons`. */
function summarise(reasons: readonly (readonly [reason: string, engines: number])[]): string {
  const shown = reasons.slice(0, reasonsMax).map(([reason, engines]) => `${reason} (${plural(engines, 'engine')})`);
  const more = reasons.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${plural(more, 'more reason')}`] : [])].join('; ');
}

/** The commonest first. What was short is one reason a resource, however many engines had how little of it. */
function countReasons(verdicts: readonly CandidateVerdict[], shortages: readonly Shortage[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { reason, refusedBy } of verdicts)
    if (reason !== undefined && refusedBy !== 'resources') counts.set(reason, (counts.get(reason) ?? 0) + 1);
  for (const resource of ['memory', 'CPUs'] as const) {
    const short = shortages.filter((shortage) => shortage.resource === resource);
    const [first] = short;
    if (first !== undefined) counts.set(describe(short, first), short.length);
  }
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** `memory: 2 GiB wanted, at most 1.1 GiB free on node-2` */
function describe(short: readonly Shortage[], first: Shortage): string {
  const best = short.reduce((most, next) => (next.free > most.free ? next : most), first);
  const { resource, wanted, free, node } = best;
  return `${resource}: ${amount(resource, wanted)} wanted, at most ${amount(resource, free)} free on ${node}`;
}

function plural(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}
