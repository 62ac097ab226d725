import type { BaleenError, CandidateVerdict, FilterName, PlacementRequest, StrategyName } from '#contracts';
import type { Candidate, Demand, PlacementDemand } from './candidate.ts';
import { chooseDevices } from './devices.ts';
import { type Exhausted, placementFailure } from './failure.ts';
import type { FleetPorts, Pass, PlacementFilter, PreparedFilter } from './filter.ts';
import { selectableFilters, standingFilters } from './filters/index.ts';
import { type Shortage, scoreResources } from './resources.ts';
import { strategies } from './strategies/index.ts';

export type PlacementOptions = {
  readonly strategy: StrategyName;
  /** Classic's filters, in order; the standing ones are always on. */
  readonly filters: readonly FilterName[];
  /** Share that may be promised beyond the capacity; 0.05 = 5 %. */
  readonly overcommit: number;
  readonly groupLabels: readonly string[];
  readonly fleetPorts: FleetPorts;
  /** Memory and cores that a request asks of an engine. */
  readonly demandOf: (request: PlacementDemand) => Demand;
};

export type Placement = {
  readonly pass: Pass;
  /** One per candidate, by node name; of more than `max` the chosen one's first, then the others as they come. Made when asked for. */
  readonly verdicts: (max?: number) => CandidateVerdict[];
} & (
  | {
      readonly chosen: { readonly key: string; readonly node: string; readonly devices: readonly string[] };
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

type Ranked = { readonly candidate: Candidate; readonly score: number; readonly tieBreak: number };
type Refuse = (candidate: Candidate, by: string, reason: string) => void;

function attempt(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
  pass: Pass,
): Placement {
  const refusals = new Map<string, { refusedBy: string; reason: string }>();
  const refuse: Refuse = ({ key }, refusedBy, reason) => refusals.set(key, { refusedBy, reason });
  const { remaining, exhausted } = applyFilters(prepareFilters(request, candidates, options, pass), candidates, refuse);
  const { ranked, shortages } = rankAll(request, remaining, options, fraction, refuse);
  const best = pick(ranked, request.image, fraction);
  const verdicts = (max = Number.POSITIVE_INFINITY) => verdictsOf({ candidates, refusals, ranked }, best, max);
  if (best === undefined) return { pass, verdicts, failure: placementFailure(verdicts(), exhausted, shortages) };
  const { key, node, identity } = best.candidate;
  const devices = chooseDevices(request.devices, identity.devices, best.candidate.heldDevices()).ids;
  return { pass, verdicts, chosen: { key, node, devices } };
}

type Judged = {
  readonly candidates: readonly Candidate[];
  readonly refusals: ReadonlyMap<string, { readonly refusedBy: string; readonly reason: string }>;
  /** In the candidates' order. */
  readonly ranked: readonly Ranked[];
};

function verdictsOf({ candidates, refusals, ranked }: Judged, best: Ranked | undefined, max: number): CandidateVerdict[] {
  const isBounded = candidates.length > max;
  const verdicts: CandidateVerdict[] = isBounded && best !== undefined ? [fitting(best)] : [];
  let next = 0;
  for (const candidate of candidates) {
    if (verdicts.length >= max) break;
    const { key: engine, node } = candidate;
    const fit = ranked[next]?.candidate === candidate ? ranked[next++] : undefined;
    const refusal = refusals.get(engine);
    if (refusal !== undefined) verdicts.push({ engine, node, ...refusal });
    else if (fit !== undefined && !(isBounded && fit === best)) verdicts.push(fitting(fit));
  }
  return verdicts;
}

function fitting({ candidate: { key: engine, node }, score }: Ranked): CandidateVerdict {
  return { engine, node, score };
}

type NamedFilter = { readonly name: string; readonly prepared: PreparedFilter };

/** All of them before any judges: a malformed expression is the request's fault even where an earlier filter leaves no engine. */
function prepareFilters(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  { filters, groupLabels, fleetPorts }: PlacementOptions,
  pass: Pass,
): NamedFilter[] {
  const chosen = chosenFilters(filters);
  const context = { pass, candidates, groupLabels, filters: new Set(chosen.map(({ name }) => name)), fleetPorts };
  return chosen.flatMap((filter) => {
    const prepared = filter.prepare(request, context);
    return prepared === undefined ? [] : [{ name: filter.name, prepared }];
  });
}

function applyFilters(
  filters: readonly NamedFilter[],
  candidates: readonly Candidate[],
  refuse: Refuse,
): { remaining: readonly Candidate[]; exhausted: Exhausted | undefined } {
  const remaining: Candidate[] = [];
  /** The filter that refused the last of those that the others left. */
  let last = 0;
  for (const candidate of candidates) {
    const refusing = firstRefusal(filters, candidate, refuse);
    if (refusing < 0) remaining.push(candidate);
    else last = Math.max(last, refusing);
  }
  if (remaining.length > 0 || filters.length === 0) return { remaining, exhausted: undefined };
  return { remaining, exhausted: { conditions: filters.slice(0, last + 1).map(({ prepared }) => prepared.conditions) } };
}

/** Place of the filter that refuses the candidate; -1 = it remains. */
function firstRefusal(filters: readonly NamedFilter[], candidate: Candidate, refuse: Refuse): number {
  return filters.findIndex(({ name, prepared }) => {
    const refusal = prepared.judge(candidate);
    if (refusal !== undefined) refuse(candidate, name, refusal);
    return refusal !== undefined;
  });
}

/** In the order given; the standing ones follow. */
function chosenFilters(names: readonly FilterName[]): PlacementFilter[] {
  return [...names.map((name) => selectableFilters[name]), ...standingFilters];
}

function rankAll(
  request: PlacementRequest,
  remaining: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
  refuse: Refuse,
): { ranked: Ranked[]; shortages: Shortage[] } {
  const strategy = strategies[options.strategy];
  const demand = options.demandOf(request);
  const ranked: Ranked[] = [];
  const shortages: Shortage[] = [];
  for (const candidate of remaining) {
    const scored = scoreResources(candidate, demand, options.overcommit);
    if ('refusal' in scored) {
      refuse(candidate, 'resources', scored.refusal);
      shortages.push(scored.shortage);
    } else {
      const score = strategy.score(candidate, scored.scores, fraction);
      ranked.push({ candidate, score, tieBreak: strategy.tieBreak(candidate) });
    }
  }
  return { ranked, shortages };
}

/** Most images are on many engines, or on few. Whoever is drawn until one has it is as likely as every other holder, and the fleet need not be asked. */
const drawsMax = 4;

/** By rank; among equals those that have the image; among those one lot, so that each is as likely as the others. */
function pick(ranked: readonly Ranked[], image: string, fraction: () => number): Ranked | undefined {
  let equals: Ranked[] = [];
  for (const next of ranked) {
    const difference = equals[0] === undefined ? -1 : compare(next, equals[0]);
    if (difference < 0) equals = [next];
    else if (difference === 0) equals.push(next);
  }
  if (equals.length < 2) return equals[0];
  for (let draw = 0; draw < drawsMax; draw++) {
    const drawn = equals[Math.floor(fraction() * equals.length)];
    if (drawn?.candidate.hasImage(image)) return drawn;
  }
  const holders = equals.filter(({ candidate }) => candidate.hasImage(image));
  const best = holders.length === 0 ? equals : holders;
  return best.length < 2 ? best[0] : best[Math.floor(fraction() * best.length)];
}

function compare(one: Ranked, other: Ranked): number {
  return one.score - other.score || one.tieBreak - other.tieBreak;
}
