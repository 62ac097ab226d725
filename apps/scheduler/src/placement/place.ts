import type { BaleenError, CandidateVerdict, PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';
import { chooseDevices } from './devices.ts';
import { type Exhausted, placementFailure } from './failure.ts';
import type { Pass, PlacementFilter } from './filter.ts';
import { selectableFilters, standingFilters } from './filters/index.ts';
import { scoreResources } from './resources.ts';
import { strategies } from './strategies/index.ts';
import type { PlacementStrategy } from './strategies/strategy.ts';

export type PlacementOptions = {
  /** spread, binpack or random. */
  readonly strategy: string;
  /** Names of classic's filters, in order; the standing ones are always on. */
  readonly filters: readonly string[];
  /** Share that may be promised beyond the capacity; 0.05 = 5 %. */
  readonly overcommit: number;
  readonly groupLabels: readonly string[];
};

export type Placement = {
  readonly pass: Pass;
  /** One per candidate, in their order. */
  readonly verdicts: readonly CandidateVerdict[];
} & (
  | {
      readonly chosen: { readonly key: string; readonly node: string; readonly devices: readonly string[] };
      readonly failure?: undefined;
    }
  | { readonly chosen?: undefined; readonly failure: BaleenError }
);

/**
 * Where a container goes (spec 5.1): filters and ranking with soft expressions, and if that leaves nothing, without them. Pure; O(engines).
 * Throws placement/invalid-expression for an expression that does not parse.
 */
export function place(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
): Placement {
  const soft = attempt(request, candidates, options, fraction, 'soft');
  return soft.chosen === undefined ? attempt(request, candidates, options, fraction, 'hard') : soft;
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
  const refuse: Refuse = (candidate, refusedBy, reason) =>
    verdicts.set(candidate.key, { engine: candidate.key, node: candidate.node, refusedBy, reason });
  const { remaining, exhausted } = applyFilters(request, candidates, options, pass, refuse);
  const ranked = rankAll(request, remaining, options, fraction, refuse);
  for (const { candidate, rank } of ranked)
    verdicts.set(candidate.key, { engine: candidate.key, node: candidate.node, score: rank[0] ?? 0 });
  const inOrder = candidates.flatMap(({ key }) => verdicts.get(key) ?? []);
  const best = ranked.reduce<Ranked | undefined>(
    (winner, next) => (winner === undefined || isBetter(next, winner, fraction) ? next : winner),
    undefined,
  );
  if (best === undefined) return { pass, verdicts: inOrder, failure: placementFailure(inOrder, exhausted) };
  const { key, node, identity } = best.candidate;
  return {
    pass,
    verdicts: inOrder,
    chosen: { key, node, devices: chooseDevices(request.devices, identity.devices, best.candidate.heldDevices()).ids },
  };
}

function applyFilters(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  pass: Pass,
  refuse: Refuse,
): { remaining: readonly Candidate[]; exhausted: Exhausted | undefined } {
  const context = { pass, candidates, groupLabels: options.groupLabels };
  const conditions: (readonly string[])[] = [];
  let remaining = candidates;
  for (const filter of chosenFilters(options.filters)) {
    const prepared = filter.prepare(request, context);
    if (prepared === undefined) continue;
    conditions.push(prepared.conditions);
    remaining = remaining.filter((candidate) => {
      const refusal = prepared.judge(candidate);
      if (refusal === undefined) return true;
      refuse(candidate, filter.name, refusal);
      return false;
    });
    if (remaining.length === 0) return { remaining, exhausted: { by: filter.name, conditions } };
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
): Ranked[] {
  const strategy = strategyOf(options.strategy);
  return remaining.flatMap((candidate) => {
    const scored = scoreResources(candidate, request, options.overcommit);
    if ('refusal' in scored) {
      refuse(candidate, 'resources', scored.refusal);
      return [];
    }
    return [{ candidate, rank: strategy.rank(candidate, scored.scores, fraction), hasImage: candidate.hasImage(request.image) }];
  });
}

/** By rank; among equals the engine that has the image, then by lot, so that equals share the load. */
function isBetter(next: Ranked, winner: Ranked, fraction: () => number): boolean {
  for (let index = 0; index < next.rank.length; index++) {
    const difference = (next.rank[index] ?? 0) - (winner.rank[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  if (next.hasImage !== winner.hasImage) return next.hasImage;
  return fraction() < 0.5;
}

function strategyOf(name: string): PlacementStrategy {
  const strategy = strategies.find((known) => known.name === name);
  if (strategy === undefined) throw new RangeError(`no strategy ${name}: the configuration lets only known ones through`);
  return strategy;
}
