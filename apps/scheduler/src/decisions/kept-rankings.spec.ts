import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type ClusterOptions,
  defaultClusterOptions,
  encodeObject,
  filterNames,
  type PlacementRequest,
  type ReservationRecord,
  type StrategyName,
  subjects,
} from '#contracts';
import { demandOf } from '../fleet/demand.ts';
import { containerFacts, engineIdentity, engineRecord, placementRequest } from '../fleet/fleet.builders.ts';
import { FleetLedger } from '../fleet/fleet-ledger.ts';
import type { PlacementDemand } from '../placement/candidate.ts';
import { place } from '../placement/place.ts';
import { GatewayPorts } from '../ports/gateway-ports.ts';
import { placementJudge } from './placement-judge.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
const gpu = { driver: 'nvidia', id: 'GPU-0', capabilities: ['gpu'] };
const wantsGpu = { driver: '', count: 1, ids: [], capabilities: [['gpu']] };
const project = { 'com.docker.compose.project': 'shop' };

/** More kinds than are kept; the last ones look beyond the engine in question. */
const requests: readonly PlacementRequest[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((count) => placementRequest({ memoryBytes: count * 50 })),
  placementRequest({ nanoCpus: 1.5e9, constraints: ['zone==x'] }),
  placementRequest({ memoryBytes: 100, constraints: ['zone==~y'] }),
  placementRequest({ whitelists: ['node!=a|b'], image: 'redis' }),
  placementRequest({ devices: [wantsGpu] }),
  placementRequest({ networkMode: 'host', exposedPorts: ['80/tcp'] }),
  placementRequest({ minApiVersion: '1.44', minApiVersionFor: 'HostConfig.X' }),
  placementRequest({ ports: [{ ip: '', hostPort: 80, protocol: 'tcp' }] }),
  placementRequest({ affinities: ['container!=web-1'] }),
  placementRequest({ volumes: ['data'] }),
  placementRequest({ labels: project }),
];

const engine = fc.constantFrom(...keys);
const request = fc.constantFrom(...requests);
const change = fc.oneof(
  { weight: 80, arbitrary: fc.record({ type: fc.constant('create' as const), request, isKept: fc.boolean() }) },
  { weight: 20, arbitrary: fc.record({ type: fc.constant('reserve' as const), engine, request }) },
  { weight: 20, arbitrary: fc.record({ type: fc.constant('grow' as const), engine, container: fc.nat(3), request }) },
  { weight: 20, arbitrary: fc.record({ type: fc.constant('give-back' as const) }) },
  { weight: 20, arbitrary: fc.record({ type: fc.constant('run' as const), engine, container: fc.nat(3), request }) },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('remove' as const), engine, container: fc.nat(3) }) },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('pull' as const), engine }) },
  {
    weight: 10,
    arbitrary: fc.record({ type: fc.constant('report' as const), engine, isHealthy: fc.boolean(), isOld: fc.boolean() }),
  },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('drain' as const), engine, isDrained: fc.boolean() }) },
  { weight: 10, arbitrary: fc.record({ type: fc.constant('list' as const), engine, isListed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lose-the-log' as const) }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

it.each(['spread', 'binpack', 'random'] as const)(
  'What is kept of a kind of request, by %s, decides, explains and draws lots as a walk over all engines',
  (strategy) =>
    fc.assert(
      fc.property(fc.array(change, { minLength: 20, maxLength: 80 }), fc.boolean(), (changes, areCores) => {
        const fleet = fleetOf(strategy, { ...defaultClusterOptions, cpuShares: areCores ? 'cores' : 'shares' });
        for (const each of changes) fleet.apply(each);
        expect(fleet.kept).toEqual(fleet.walked);
      }),
    ),
);

function fleetOf(strategy: StrategyName, clusterOpts: ClusterOptions) {
  const ledger = new FleetLedger(clusterOpts, (subject, error) => {
    throw new Error(subject, { cause: error });
  });
  let sequence = 0;
  const apply = (subject: string, payload: Buffer | undefined) => ledger.apply({ subject, sequence: ++sequence, payload });
  const write = (subject: string, record: object) => apply(subject, Buffer.from(JSON.stringify(record)));
  const report = (key: string, isHealthy: boolean, isOld: boolean) => {
    const labels = { zone: key < 'd' ? 'x' : 'y', ...(key === 'c' && { containerslots: '2' }) };
    const identity = engineIdentity(key, { devices: [gpu], labels, ...(isOld && { apiVersion: '1.41' }) });
    write(subjects.engineInfo(key), engineRecord(key, { identity, state: isHealthy ? 'healthy' : 'unhealthy' }));
  };
  const list = (key: string) => write(subjects.member(key), { key, address: `${key}:2375`, source: 'nodes' });
  for (const key of keys) {
    list(key);
    report(key, true, false);
  }
  const [lots, sameLots] = [lotsOf(7), lotsOf(7)];
  const config = { strategy, filters: filterNames, clusterOpts, publish: 'auto' as const };
  const judge = placementJudge(ledger, config, { hex: () => '', fraction: lots });
  const { overcommit, groupLabels, cpuShares } = clusterOpts;
  const options = {
    strategy,
    filters: filterNames,
    overcommit,
    groupLabels,
    fleetPorts: new GatewayPorts(ledger, 'auto').except(undefined),
    withheld: () => [],
    homesWithheld: () => [],
    moves: undefined,
    demandOf: (asked: PlacementDemand) => demandOf(asked, { cpuShares, sharesAsAsked: true, engineCpus: 0 }),
  };
  const held: ReservationRecord[] = [];
  const kept: unknown[] = [];
  const walked: unknown[] = [];
  const hold = (given: Pick<ReservationRecord, 'kind' | 'engine' | 'container' | 'request' | 'devices'>) => {
    const record = {
      operation: `operation-${++sequence}`,
      term: 1,
      name: '',
      published: [],
      moves: [],
      grantedAtMs: 0,
      ...given,
    };
    ledger.hold(record);
    held.push(record);
  };
  /** Both ways, the explanation in short and in full. */
  const choose = (asked: PlacementRequest) => {
    const { chosen, failure, decision } = judge.place(asked, { only: [], exclude: [] });
    const other = place(
      asked,
      ledger.candidates().flatMap(({ candidate }) => candidate ?? []),
      options,
      sameLots,
    );
    const { pass, candidates } = decision('', 'create', 0);
    const inShort = decision('', 'create', 0, 3).candidates;
    kept.push([chosen?.engine, chosen?.devices, failure?.message, pass, candidates, inShort]);
    const { key, devices } = other.chosen ?? {};
    walked.push([key, devices, other.failure?.message, other.pass, other.verdicts(), other.verdicts(3)]);
    return chosen;
  };
  return {
    kept,
    walked,
    apply(next: Change): void {
      switch (next.type) {
        case 'create': {
          const chosen = choose(next.request);
          if (chosen === undefined || !next.isKept) return;
          const { engine: key, devices } = chosen;
          return hold({ kind: 'create', engine: key, container: '', request: next.request, devices: [...devices] });
        }
        case 'reserve':
          return hold({ kind: 'create', engine: next.engine, container: '', request: next.request, devices: [] });
        case 'grow':
          return hold({ kind: 'resize', engine: next.engine, container: idOf(next), request: next.request, devices: [] });
        case 'give-back': {
          const record = held.shift();
          return record === undefined ? undefined : ledger.spend(record.operation);
        }
        case 'run': {
          const { memoryBytes, nanoCpus, labels } = next.request;
          const resources = { memoryBytes, memoryReservationBytes: 0, nanoCpus, cpuShares: 512, cpusetCpus: '', devices: [] };
          const facts = containerFacts(idOf(next), { names: [`web-${next.container}`], resources, labels });
          return apply(subjects.container(next.engine, facts.id), encodeObject({ epoch: 1, facts, summary: Buffer.from('{}') }));
        }
        case 'remove':
          return apply(subjects.container(next.engine, idOf(next)), undefined);
        case 'pull': {
          const id = `sha256:${next.engine.repeat(64)}`;
          const facts = { id, repoTags: ['redis:latest'], repoDigests: [], createdAtMs: 0, sizeBytes: 1, labels: {} };
          return apply(subjects.image(next.engine, id), encodeObject({ epoch: 1, facts, summary: Buffer.from('{}') }));
        }
        case 'report':
          return report(next.engine, next.isHealthy, next.isOld);
        case 'drain': {
          const availability = next.isDrained ? 'drain' : 'active';
          return write(subjects.node(next.engine), { key: next.engine, availability, labels: {}, version: 1, updatedAtMs: 0 });
        }
        case 'list':
          return next.isListed ? list(next.engine) : apply(subjects.member(next.engine), undefined);
        case 'lose-the-log':
          return ledger.reset();
      }
    },
  };
}

function idOf({ engine: key, container }: { readonly engine: string; readonly container: number }): string {
  return `${key}-${container}`;
}

/** The same lots for the same seed. */
function lotsOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
