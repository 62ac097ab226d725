import type { BaleenError, CandidateVerdict, MovedObject, PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';
import { chooseDevices } from './devices.ts';
import { type Exhausted, placementFailure } from './failure.ts';
import type { Pass } from './filter.ts';
import { type Finding, isRanked, type Judging, prepareJudging, type Ranked } from './judging.ts';
import type { PlacementOptions } from './placement-options.ts';
import { asksBeyondAll } from './resources.ts';
import { asItLies, costOf, movesTo, type Tie, tiesOf } from './ties.ts';

export type Placement = {
  readonly pass: Pass;
  /**
   * One per candidate, by node name; of more than `max` the chosen one's first, then the others as they come. Made when asked for, which must be in the
   * turn of the placement.
   */
  readonly verdicts: (max?: number) => CandidateVerdict[];
} & (
  | {
      readonly chosen: {
        readonly key: string;
        readonly node: string;
        readonly devices: readonly string[];
        readonly moves: readonly MovedObject[];
      };
      readonly failure?: undefined;
    }
  | { readonly chosen?: undefined; readonly failure: BaleenError }
);

/**
 * Where a container goes (spec 5.1): filters and ranking with soft expressions, and if that leaves nothing, without them. Pure; `candidates` are in node
 * order, `fraction` is the lot that decides between equals.
 * Throws placement/invalid-expression for an expression that does not parse, whatever the fleet looks like.
 */
export function place(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
): Placement {
  const soft = attempt(request, candidates, options, fraction, 'soft');
  return soft.chosen === undefined && mayBeSoft(request) ? attempt(request, candidates, options, fraction, 'hard') : soft;
}

/** Without soft expressions the second pass could only say the same again. */
function mayBeSoft({ constraints, affinities, whitelists }: PlacementRequest): boolean {
  return [constraints, affinities, whitelists].some((texts) => texts.some((text) => text.includes('=~')));
}

/** Where networks and volumes are, if the container may run there at all; what is brought along is brought because it has to be. */
function attempt(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
  pass: Pass,
): Placement {
  const judged = (ties: readonly Tie[]) => {
    const judging = prepareJudging(request, candidates, options, fraction, { pass, ties });
    const findings = candidates.map(judging.judge);
    const best = draw(bestOf(cheapestOf(findings, ties)), ({ candidate }) => candidate.hasImage(request.image), fraction);
    return { judging, findings, best };
  };
  const ties = tiesOf(request, candidates, options);
  let { judging, findings, best } = judged(ties.map(asItLies));
  if (best === undefined && ties.some(({ moved }) => moved() !== undefined)) ({ judging, findings, best } = judged(ties));
  return best === undefined
    ? refusal(findings, judging, pass, asksBeyondAll(request, [...candidates, ...options.withheld()], options.demandOf))
    : placementOn(best, findings, request, pass, ties);
}

/** Findings are in the candidates' order. */
export function placementOn(
  best: Ranked,
  findings: readonly Finding[],
  { devices }: PlacementRequest,
  pass: Pass,
  ties: readonly Tie[] = [],
): Placement {
  const { key, node, identity } = best.candidate;
  const { ids } = chooseDevices(devices, identity.devices, best.candidate.heldDevices());
  const chosen = { key, node, devices: ids, moves: movesTo(key, ties) };
  return { pass, verdicts: (max) => verdictsOf(findings, best, max), chosen };
}

function refusal(findings: readonly Finding[], judging: Judging, pass: Pass, isBeyondAll: boolean): Placement {
  const verdicts = (max?: number) => verdictsOf(findings, undefined, max);
  const shortages = findings.flatMap((finding) => (isRanked(finding) || typeof finding.by === 'number' ? [] : [finding.by]));
  const exhausted = shortages.length > 0 ? undefined : exhaustedBy(findings, judging);
  return { pass, verdicts, failure: placementFailure(verdicts(), exhausted, shortages, isBeyondAll) };
}

/** The conditions up to those of the filter that refused the last of what the others left. */
function exhaustedBy(findings: readonly Finding[], { conditions }: Judging): Exhausted {
  const last = findings.reduce((most, finding) => Math.max(most, isRanked(finding) ? 0 : Number(finding.by)), 0);
  return { conditions: conditions.slice(0, last + 1) };
}

function verdictsOf(
  findings: readonly Finding[],
  best: Ranked | undefined,
  max: number = Number.POSITIVE_INFINITY,
): CandidateVerdict[] {
  const isBounded = findings.length > max;
  const verdicts: CandidateVerdict[] = isBounded && best !== undefined ? [verdictOf(best)] : [];
  for (const finding of findings) {
    if (verdicts.length >= max) break;
    if (!(isBounded && finding === best)) verdicts.push(verdictOf(finding));
  }
  return verdicts;
}

function verdictOf(finding: Finding): CandidateVerdict {
  const { key: engine, node } = finding.candidate;
  if (isRanked(finding)) return { engine, node, score: finding.score };
  return { engine, node, refusedBy: finding.refusedBy, reason: finding.reason };
}

/** Those to which least has to be brought, whatever the strategy says of them. */
function cheapestOf(findings: readonly Finding[], ties: readonly Tie[]): readonly Finding[] {
  if (ties.length === 0) return findings;
  const costs = new Map(findings.filter(isRanked).map((one) => [one, costOf(movesTo(one.candidate.key, ties))]));
  const least = Math.min(...costs.values());
  return [...costs].flatMap(([one, cost]) => (cost === least ? [one] : []));
}

/** Those of the best rank, in their order. */
function bestOf(findings: readonly Finding[]): Ranked[] {
  let equals: Ranked[] = [];
  for (const next of findings) {
    if (!isRanked(next)) continue;
    const difference = equals[0] === undefined ? -1 : compare(next, equals[0]);
    if (difference < 0) equals = [next];
    else if (difference === 0) equals.push(next);
  }
  return equals;
}

function compare(one: Ranked, other: Ranked): number {
  return one.score - other.score || one.tieBreak - other.tieBreak;
}

/** Most images are on many engines, or on few. Whoever is drawn until one has it is as likely as every other holder, and the fleet need not be asked. */
const drawsMax = 4;

/** Among equals those that have the image; among those one lot, so that each is as likely as the others. */
export function draw<T>(equals: readonly T[], hasImage: (equal: T) => boolean, fraction: () => number): T | undefined {
  if (equals.length < 2) return equals[0];
  for (let time = 0; time < drawsMax; time++) {
    const drawn = equals[Math.floor(fraction() * equals.length)];
    if (drawn !== undefined && hasImage(drawn)) return drawn;
  }
  const holders = equals.filter(hasImage);
  const best = holders.length === 0 ? equals : holders;
  return best.length < 2 ? best[0] : best[Math.floor(fraction() * best.length)];
}
