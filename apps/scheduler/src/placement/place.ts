import type { BaleenError, CandidateVerdict, PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';
import { chooseDevices } from './devices.ts';
import { type Exhausted, placementFailure } from './failure.ts';
import type { FleetPorts, Pass, PlacementFilter, PreparedFilter } from './filter.ts';
import { selectableFilters, standingFilters } from './filters/index.ts';
import { type Shortage, scoreResources } from './resources.ts';
import { strategyNamed } from './strategies/index.ts';

export type PlacementOptions = {
  /** spread, binpack or random. */
  readonly strategy: string;
  /** Names of classic's filters, in order; the standing ones are always on. */
  readonly filters: readonly string[];
  /** Share that may be promised beyond the capacity; 0.05 = 5 %. */
  readonly overcommit: number;
  readonly groupLabels: readonly string[];
  readonly fleetPorts: FleetPorts;
};

export type Placement = {
  readonly pass: Pass;
  /** One per candidate, by node name. */
  readonly verdicts: readonly CandidateVerdict[];
} & (
  | {
      readonly chosen: { readonly key: string; readonly node: string; readonly devices: readonly string[] };
      readonly failure?: undefined;
    }
  | { readonly chosen?: undefined; readonly failure: BaleenError }
);

/**
 * Where a container goes (spec 5.1): filters and ranking with soft expressions, and if that leaves nothing, without them. Pure, and
 * independent of the candidates' order; `fraction` is the lot that decides between equals.
 * Throws placement/invalid-expression for an expression that does not parse, whatever the fleet looks like.
 */
export function place(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
): Placement {
  const sorted = [...candidates].sort(byNode);
  const soft = attempt(request, sorted, options, fraction, 'soft');
  return soft.chosen === undefined && mayBeSoft(request) ? attempt(request, sorted, options, fraction, 'hard') : soft;
}

/** Without soft expressions the second pass could only say the same again. */
function mayBeSoft({ constraints, affinities, whitelists }: PlacementRequest): boolean {
  return [constraints, affinities, whitelists].some((texts) => texts.some((text) => text.includes('=~')));
}

type Ranked = { readonly candidate: Candidate; readonly rank: readonly number[]; readonly hasImage: boolean };
type Refuse = (candidate: Candidate, by: string, reason: string) => void;

function attempt(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
  pass: Pass,
): Placement {
  const verdicts = new Map<string, CandidateVerdict>();
  const refuse: Refuse = ({ key, node }, refusedBy, reason) => verdicts.set(key, { engine: key, node, refusedBy, reason });
  const { remaining, exhausted } = applyFilters(prepareFilters(request, candidates, options, pass), candidates, refuse);
  const { ranked, shortages } = rankAll(request, remaining, options, fraction, refuse);
  for (const { candidate, rank } of ranked)
    verdicts.set(candidate.key, { engine: candidate.key, node: candidate.node, score: rank[0] ?? 0 });
  const inOrder = candidates.flatMap(({ key }) => verdicts.get(key) ?? []);
  const best = pick(ranked, fraction);
  if (best === undefined) return { pass, verdicts: inOrder, failure: placementFailure(inOrder, exhausted, shortages) };
  const { key, node, identity } = best;
  return {
    pass,
    verdicts: inOrder,
    chosen: { key, node, devices: chooseDevices(request.devices, identity.devices, best.heldDevices()).ids },
  };
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
  const conditions: (readonly string[])[] = [];
  let remaining = candidates;
  for (const { name, prepared } of filters) {
    conditions.push(prepared.conditions);
    remaining = remaining.filter((candidate) => {
      const refusal = prepared.judge(candidate);
      if (refusal === undefined) return true;
      refuse(candidate, name, refusal);
      return false;
    });
    if (remaining.length === 0) return { remaining, exhausted: { conditions } };
  }
  return { remaining, exhausted: undefined };
}

/** In the order given; the standing ones follow. */
function chosenFilters(names: readonly string[]): PlacementFilter[] {
  const chosen = names.flatMap((name) => selectableFilters.find((filter) => filter.name === name) ?? []);
  return [...chosen, ...standingFilters];
}

function rankAll(
  request: PlacementRequest,
  remaining: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
  refuse: Refuse,
): { ranked: Ranked[]; shortages: Shortage[] } {
  const strategy = strategyNamed(options.strategy);
  const ranked: Ranked[] = [];
  const shortages: Shortage[] = [];
  for (const candidate of remaining) {
    const scored = scoreResources(candidate, request, options.overcommit);
    if ('refusal' in scored) {
      refuse(candidate, 'resources', scored.refusal);
      shortages.push(scored.shortage);
    } else {
      const rank = strategy.rank(candidate, scored.scores, fraction);
      ranked.push({ candidate, rank, hasImage: candidate.hasImage(request.image) });
    }
  }
  return { ranked, shortages };
}

/** By rank; among equals those that have the image; among those one lot, so that each is as likely as the others. */
function pick(ranked: readonly Ranked[], fraction: () => number): Candidate | undefined {
  let equals: Ranked[] = [];
  for (const next of ranked) {
    const difference = equals[0] === undefined ? -1 : compare(next, equals[0]);
    if (difference < 0) equals = [next];
    else if (difference === 0) equals.push(next);
  }
  return equals.length < 2 ? equals[0]?.candidate : equals[Math.floor(fraction() * equals.length)]?.candidate;
}

function compare(one: Ranked, other: Ranked): number {
  for (let index = 0; index < one.rank.length; index++) {
    const difference = (one.rank[index] ?? 0) - (other.rank[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return Number(other.hasImage) - Number(one.hasImage);
}

/** By code units, not by locale: every scheduler must see the same order. */
function byNode(one: Candidate, other: Candidate): number {
  if (one.node !== other.node) return one.node < other.node ? -1 : 1;
  return one.key < other.key ? -1 : 1;
}
