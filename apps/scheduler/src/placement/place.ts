import { BaleenError, type PlacementRequest } from '#contracts';
import type { Randomness } from '#service-shell';
import { grantDevices } from './filters/devices.filter.ts';
import { failureOf, invalidExpression } from './failure.ts';
import { filtersInForce } from './filters/registry.ts';
import { runFilters } from './run-filters.ts';
import { demandOf } from './resources.ts';
import { choose } from './strategies/choose.ts';
import type { Candidate, PlaceOptions, PlacementConfig, PlacementResult } from './types.ts';

/**
 * Chooses an engine, without effects: soft pass, then hard pass (spec 5.1). The result does not depend on the order of the
 * candidates. `random` breaks the last ties and serves the strategy `random`. Give every engine of the fleet, the unhealthy too:
 * they explain refusals and tell where networks and volumes live. Never throws on what a user can write.
 */
export function place(
  request: PlacementRequest,
  candidates: readonly Candidate[],
  config: PlacementConfig,
  random: Pick<Randomness, 'fraction'>,
  options: PlaceOptions = {},
): PlacementResult {
  try {
    const soft = attempt('soft', request, candidates, config, random, options);
    return soft.chosen === undefined ? attempt('hard', request, candidates, config, random, options) : soft;
  } catch (error) {
    if (error instanceof BaleenError && error.code === 'placement/invalid-expression') return invalidExpression(error.message);
    throw error;
  }
}

function attempt(
  pass: 'soft' | 'hard',
  request: PlacementRequest,
  candidates: readonly Candidate[],
  config: PlacementConfig,
  random: Pick<Randomness, 'fraction'>,
  options: PlaceOptions,
): PlacementResult {
  const filters = filtersInForce(config, options);
  const filtered = runFilters(filters, request, { candidates, config, pass });
  const demand = demandOf(request, config);
  const choice = choose(filtered.survivors, request.image, demand, config, random);
  const verdicts = [...filtered.refused, ...choice.verdicts].sort((a, b) => (a.engine < b.engine ? -1 : 1));
  const { chosen } = choice;
  if (chosen !== undefined) return { chosen, devices: grantDevices(request.devices, chosen, config) ?? [], pass, verdicts };
  const failure = failureOf({ request, candidates, config, pass, filters, demand, filtered, verdicts });
  return { devices: [], pass, verdicts, failure };
}
