import {
  BaleenError,
  type ClusterOptions,
  type ContainerFacts,
  type DecisionRecord,
  type FilterName,
  type MovedObject,
  type PlacementRequest,
  type PublishMode,
  type StrategyName,
} from '#contracts';
import type { Randomness } from '#service-shell';
import { demandOf } from '../fleet/demand.ts';
import type { EngineLoad } from '../fleet/engine-load.ts';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import { successorCandidate } from '../fleet/successor-candidate.ts';
import type { Candidate, Demand, PlacementDemand } from '../placement/candidate.ts';
import { KeptRankings } from '../placement/kept-rankings.ts';
import { type Placement, place } from '../placement/place.ts';
import type { PlacementOptions } from '../placement/placement-options.ts';
import { scoreResources } from '../placement/resources.ts';
import { isServiceInstance } from '../placement/service-instance.ts';
import { movesTo, tiesOf } from '../placement/ties.ts';
import { GatewayPorts } from '../ports/gateway-ports.ts';
import { askedBy } from './asked-by.ts';
import type { Judge, Judgement, Offer } from './judge.ts';

export type JudgeConfig = {
  readonly strategy: StrategyName;
  readonly filters: readonly FilterName[];
  readonly clusterOpts: ClusterOptions;
  readonly publish: PublishMode;
};

/** The placement rules over the ledger. */
export function placementJudge(ledger: FleetLedger, config: JudgeConfig, randomness: Randomness): Judge {
  return new PlacementJudge(ledger, config, randomness);
}

/** What is not the same for every request. */
type ThisTime = Pick<PlacementOptions, 'fleetPorts' | 'withheld' | 'homesWithheld' | 'moves' | 'demandOf'>;

class PlacementJudge implements Judge {
  readonly strategy: StrategyName;
  readonly #ledger: FleetLedger;
  readonly #options: Omit<PlacementOptions, keyof ThisTime>;
  readonly #ports: GatewayPorts;
  readonly #cpuShares: ClusterOptions['cpuShares'];
  readonly #randomness: Randomness;
  readonly #rankings = new KeptRankings();
  /** What the rankings are of. */
  #ranked: readonly EngineLoad[] | undefined;

  /** What users ask for is the same of every engine: shares are the user's own, not those an engine was sent. */
  readonly #demandOf = (request: PlacementDemand): Demand =>
    demandOf(request, { cpuShares: this.#cpuShares, sharesAsAsked: true, engineCpus: 0 });

  constructor(ledger: FleetLedger, { strategy, filters, clusterOpts, publish }: JudgeConfig, randomness: Randomness) {
    this.#ledger = ledger;
    this.strategy = strategy;
    this.#options = { strategy, filters, overcommit: clusterOpts.overcommit, groupLabels: clusterOpts.groupLabels };
    this.#ports = new GatewayPorts(ledger, publish);
    this.#cpuShares = clusterOpts.cpuShares;
    this.#randomness = randomness;
    ledger.onUsage((key) => this.#rankings.changed(key));
  }

  place(request: PlacementRequest, offer: Offer): Judgement {
    let placement: Placement;
    try {
      placement = this.#place(request, offer);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      placement = { pass: 'hard', verdicts: () => [], failure: error };
    }
    const { chosen, failure } = placement;
    const decision = this.#decisionOf(request, placement);
    if (chosen === undefined) return { decision, failure };
    return { decision, chosen: { engine: chosen.key, devices: chosen.devices, moves: chosen.moves } };
  }

  #place(request: PlacementRequest, offer: Offer): Placement {
    const withheld = () => this.#ledger.candidates().flatMap((load) => (isOffered(load, offer) ? [] : (load.candidate ?? [])));
    const isOfAll = offer.only.length === 0 && offer.exclude.length === 0;
    const options: PlacementOptions = {
      ...this.#options,
      fleetPorts: this.#ports.except(offer.replaces),
      withheld,
      // What a container leaves behind that is moved off a lost engine is its policy's to say.
      homesWithheld: isOfAll || offer.replaces ? () => [] : withheld,
      moves: offer.moves,
      demandOf: this.#demandOf,
    };
    const fraction = () => this.#randomness.fraction();
    const mayTakeAPlace = isServiceInstance(request.labels);
    const kept = isOfAll && !mayTakeAPlace ? this.#keptRankings().place(request, options, fraction) : undefined;
    const candidateOf = (load: EngineLoad) => (mayTakeAPlace ? successorCandidate(load, request.labels) : load.candidate);
    return kept ?? place(request, this.#offered(offer, candidateOf), options, fraction);
  }

  moves(engine: string, networks: readonly string[]): MovedObject[] {
    const candidates = this.#offered({ only: [], exclude: [] }, ({ candidate }) => candidate);
    const all = { homesWithheld: () => [], moves: { except: [] } };
    return movesTo(engine, tiesOf({ networks: [...networks], volumes: [] }, candidates, all));
  }

  #keptRankings(): KeptRankings {
    const loads = this.#ledger.candidates();
    if (loads !== this.#ranked) this.#rankings.renew(loads.flatMap(({ candidate }) => candidate ?? []));
    this.#ranked = loads;
    return this.#rankings;
  }

  resize(engine: string, facts: ContainerFacts, request: PlacementRequest): void {
    const candidate = this.#load(engine).candidate;
    if (candidate === undefined) throw new BaleenError('engine/unhealthy', `engine ${engine} does not answer`);
    const now = this.#demandOf({ ...facts.resources, cpuShares: this.userShares(engine, facts) });
    const then = this.#demandOf(request);
    const growth: Demand = {
      memoryBytes: Math.max(0, then.memoryBytes - now.memoryBytes),
      nanoCpus: Math.max(0, then.nanoCpus - now.nanoCpus),
    };
    const scored = scoreResources(candidate, growth, this.#options.overcommit);
    if ('scores' in scored) return;
    throw new BaleenError('placement/no-eligible-engine', `no resources available to update container: ${scored.refusal}`, {
      details: { engine },
    });
  }

  engineShares(engine: string, request: PlacementRequest): number | undefined {
    if (this.#cpuShares === 'shares' || request.cpuShares <= 0) return undefined;
    return this.#load(engine).usage.sharesSent(request.cpuShares);
  }

  userShares(engine: string, facts: ContainerFacts): number {
    return this.#load(engine).usage.sharesAsked(facts.resources.cpuShares);
  }

  #decisionOf(request: PlacementRequest, { pass, verdicts, chosen, failure }: Placement): Judgement['decision'] {
    const { strategy } = this;
    const asked = askedBy(request);
    const outcome = chosen === undefined ? { failure: failure.message } : { chosen: chosen.key, chosenNode: chosen.node };
    return (operation, cause, atMs, verdictsMax): DecisionRecord => {
      return { operation, ...asked, strategy, pass, candidates: verdicts(verdictsMax), cause, atMs, ...outcome };
    };
  }

  #offered(offer: Offer, candidateOf: (load: EngineLoad) => Candidate | undefined): Candidate[] {
    const candidates: Candidate[] = [];
    for (const load of this.#ledger.candidates()) {
      const candidate = isOffered(load, offer) ? candidateOf(load) : undefined;
      if (candidate !== undefined) candidates.push(candidate);
    }
    return candidates;
  }

  #load(engine: string): EngineLoad {
    const load = this.#ledger.engine(engine);
    if (load === undefined) throw new BaleenError('engine/unhealthy', `engine ${engine} is not in the fleet any more`);
    return load;
  }
}

function isOffered({ key }: EngineLoad, { only, exclude }: Offer): boolean {
  return !exclude.includes(key) && (only.length === 0 || only.includes(key));
}
