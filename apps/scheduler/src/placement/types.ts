import type { CandidateVerdict, EngineDevice, PlacementRequest } from '#contracts';

/** A container (or a create in flight) as dependency and affinity see it. `id` is empty while the create is in flight. */
export type HeldContainer = {
  readonly id: string;
  readonly swarmId: string;
  /** Without leading slash; the own name first. */
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
};

/** An image as affinity sees it. */
export type HeldImage = {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
};

/**
 * One engine under judgement. The ledger keeps it up to date incrementally; a decision reads aggregates and never walks containers
 * unless the request has an expression that asks for them. Reservations in flight count exactly like containers, in every member.
 */
export type Candidate = {
  /** Engine key. */
  readonly key: string;
  /** The node name users see. */
  readonly node: string;
  readonly daemonId: string;
  readonly address: string;
  /** 0–100, see `healthDegree`. */
  readonly health: number;
  readonly availability: 'active' | 'pause' | 'drain';
  /** The daemon's labels and the operator's; the operator's win. */
  readonly labels: Readonly<Record<string, string>>;
  readonly storageDriver: string;
  readonly kernelVersion: string;
  readonly operatingSystem: string;
  readonly osType: string;
  readonly architecture: string;
  readonly engineVersion: string;
  readonly apiVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly usedMemoryBytes: number;
  /** Sum of `coresOf` (resources.ts) over what the engine holds. */
  readonly usedCores: number;
  /** All states, in flight included. */
  readonly containerCount: number;
  readonly devices: readonly EngineDevice[];
  /** Devices held: ids, or `driver:n` for n devices without known ids (-1 = all). */
  readonly heldDevices: ReadonlySet<string>;
  /** `80/tcp` → addresses that hold it on the host (bridge mode). */
  readonly hostPorts: ReadonlyMap<string, readonly string[]>;
  /** `80/tcp` exposed by containers in host mode. */
  readonly hostModePorts: ReadonlySet<string>;
  /** Network names and ids → scope (`local`, `swarm`, `global`). */
  readonly networks: ReadonlyMap<string, string>;
  /** Volume names → scope. */
  readonly volumes: ReadonlyMap<string, string>;
  /** `groupKey(label, value)` → members. */
  readonly groups: ReadonlyMap<string, number>;
  /** By normalised name (`normaliseImage`), id, or id prefix. */
  hasImage(reference: string): boolean;
  someImage(predicate: (image: HeldImage) => boolean): boolean;
  /** By full id, unique id prefix, swarm id, or name. */
  findContainer(reference: string): boolean;
  someContainer(predicate: (container: HeldContainer) => boolean): boolean;
};

export type StrategyName = 'spread' | 'binpack' | 'binpacking' | 'random';

export type PlacementConfig = {
  readonly strategy: StrategyName;
  /** Classic filters in force, in order (`--filter`; replaces the default list). */
  readonly filters: readonly string[];
  /** `swarm.overcommit`: 0.05 lets 105 % be used. */
  readonly overcommit: number;
  /** `swarm.cpushares=cores`: read CpuShares as a number of cores, as classic did. */
  readonly cpuSharesAsCores: boolean;
  /** Labels whose equal values keep containers on one engine (`baleen.groups`). */
  readonly groupLabels: readonly string[];
  /** Devices go to one container at a time. */
  readonly exclusiveDevices: boolean;
};

export const defaultFilters = ['health', 'port', 'containerslots', 'dependency', 'affinity', 'constraint', 'whitelist'] as const;

export const defaultPlacementConfig: PlacementConfig = {
  strategy: 'spread',
  filters: defaultFilters,
  overcommit: 0.05,
  cpuSharesAsCores: false,
  groupLabels: ['com.docker.compose.project', 'org.testcontainers.sessionId', 'org.testcontainers.session-id'],
  exclusiveDevices: true,
};

/** Soft pass: expressions with `~` count; hard pass: they do not. */
export type Pass = 'soft' | 'hard';

/** What `prepare` may read beside the request. */
export type Fleet = { readonly candidates: readonly Candidate[]; readonly config: PlacementConfig; readonly pass: Pass };

export type Verdict = { readonly fits: true } | { readonly fits: false; readonly reason: string };
export type Judge = (candidate: Candidate) => Verdict;

export const fits: Verdict = { fits: true };
export const rejects = (reason: string): Verdict => ({ fits: false, reason });

/** May this container run there? The work that depends on the request alone is done once, in `prepare`; `undefined` = no opinion. */
export type PlacementFilter = {
  readonly name: string;
  /** Throws placement/invalid-expression. */
  prepare(request: PlacementRequest, fleet: Fleet): Judge | undefined;
  /** What the failure message lists in brackets (spec 5.1); empty = nothing to say. */
  conditions(request: PlacementRequest, pass: Pass): readonly string[];
};

export type PlaceOptions = {
  /** Engine keys not to choose. */
  readonly exclude?: readonly string[];
  /** Only these engine keys; empty or absent = all. */
  readonly only?: readonly string[];
};

export type PlacementFailure = {
  readonly code: 'placement/no-eligible-engine' | 'placement/no-engine' | 'placement/invalid-expression';
  readonly message: string;
};

export type PlacementResult = {
  readonly chosen?: Candidate;
  /** Device ids granted on the chosen engine. */
  readonly devices: readonly string[];
  readonly pass: Pass;
  readonly verdicts: readonly CandidateVerdict[];
  readonly failure?: PlacementFailure;
};
