import type { FilterName, PlacementRequest } from '#contracts';
import type { Candidate } from './candidate.ts';
import type { FilterContext, PlacementFilter, PreparedFilter } from './filter.ts';
import { selectableFilters, standingFilters } from './filters/index.ts';
import type { PlacementOptions } from './placement-options.ts';
import { type Shortage, scoreResources } from './resources.ts';
import { strategies } from './strategies/index.ts';

/** It may run there; lower is better, in the score and among those of the same score. */
export type Ranked = {
  readonly candidate: Candidate;
  readonly score: number;
  readonly tieBreak: number;
  readonly refusedBy: undefined;
};

/** It may not, by the rule of that name. */
export type Refused = {
  readonly candidate: Candidate;
  readonly refusedBy: string;
  readonly reason: string;
  /** What there was too little of; otherwise a filter refuses it, whose place among the filters that is. */
  readonly by: Shortage | number;
};

/** What is found of one candidate. */
export type Finding = Ranked | Refused;

export function isRanked(finding: Finding): finding is Ranked {
  return finding.refusedBy === undefined;
}

/** What a request's rules make of any one candidate, and the line that each filter has in classic's failure message. */
export type Judging = {
  readonly judge: (candidate: Candidate) => Finding;
  readonly conditions: readonly (readonly string[])[];
};

/** All filters are prepared before any judges: a malformed expression is the request's fault even where an earlier filter leaves no engine. */
export function prepareJudging(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  options: PlacementOptions,
  fraction: () => number,
  { pass, ties }: Pick<FilterContext, 'pass' | 'ties'>,
): Judging {
  const filters = prepareFilters(request, { pass, candidates, ties, ...options });
  const strategy = strategies[options.strategy];
  const demand = options.demandOf(request);
  return {
    judge(candidate) {
      const refused = firstRefusal(filters, candidate);
      if (refused !== undefined) return refused;
      const scored = scoreResources(candidate, demand, options.overcommit);
      if ('refusal' in scored) return { candidate, refusedBy: 'resources', reason: scored.refusal, by: scored.shortage };
      const score = strategy.score(candidate, scored.scores, fraction);
      return { candidate, score, tieBreak: strategy.tieBreak(candidate), refusedBy: undefined };
    },
    conditions: filters.map(({ prepared }) => prepared.conditions),
  };
}

type NamedFilter = { readonly name: string; readonly prepared: PreparedFilter };

type Circumstances = Omit<FilterContext, 'filters'> & Pick<PlacementOptions, 'filters'>;

function prepareFilters(request: PlacementRequest, { filters, ...circumstances }: Circumstances): NamedFilter[] {
  const chosen = chosenFilters(filters);
  const context: FilterContext = { ...circumstances, filters: new Set(chosen.map(({ name }) => name)) };
  return chosen.flatMap((filter) => {
    const prepared = filter.prepare(request, context);
    return prepared === undefined ? [] : [{ name: filter.name, prepared }];
  });
}

/** In the order given; the standing ones follow. */
function chosenFilters(names: readonly FilterName[]): PlacementFilter[] {
  return [...names.map((name) => selectableFilters[name]), ...standingFilters];
}

function firstRefusal(filters: readonly NamedFilter[], candidate: Candidate): Refused | undefined {
  let by = 0;
  for (const { name: refusedBy, prepared } of filters) {
    const reason = prepared.judge(candidate);
    if (reason !== undefined) return { candidate, refusedBy, reason, by };
    by += 1;
  }
  return undefined;
}
