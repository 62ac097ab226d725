import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultClusterOptions,
  encodeObject,
  filterNames,
  labels,
  type PlacementRequest,
  type ReservationRecord,
  type StrategyName,
  strategyNames,
  subjects,
} from '#contracts';
import { containerFacts, engineIdentity, engineRecord, placementRequest } from '../fleet/fleet.builders.ts';
import { FleetLedger } from '../fleet/fleet-ledger.ts';
import { placementJudge } from './placement-judge.ts';

type Options = {
  readonly overcommit?: number;
  readonly cpuShares?: 'cores' | 'shares';
  readonly strategy?: StrategyName;
  readonly groupLabels?: readonly string[];
  /** What engines are beyond that, by key. */
  readonly identities?: Readonly<Record<string, Parameters<typeof engineIdentity>[1]>>;
};

const anywhere = { only: [], exclude: [] };
const devices = ['GPU-0', 'GPU-1'].map((id) => ({ driver: 'nvidia', id, capabilities: ['gpu'] }));

/** Engines a, b, … of 4 CPUs, 1,000 bytes and two GPUs, and a judge over them. */
function fleetOf(keys: readonly string[], given: Options = {}) {
  const clusterOpts = { ...defaultClusterOptions, overcommit: 0, ...given };
  const ledger = new FleetLedger(clusterOpts, (subject, error) => {
    throw new Error(subject, { cause: error });
  });
  let sequence = 0;
  const write = (subject: string, record: object) =>
    ledger.apply({ subject, sequence: ++sequence, payload: Buffer.from(JSON.stringify(record)) });
  for (const key of keys) {
    write(subjects.member(key), { key, address: `${key}:2375`, source: 'nodes' });
    write(
      subjects.engineInfo(key),
      engineRecord(key, { identity: engineIdentity(key, { devices, ...given.identities?.[key] }) }),
    );
  }
  const randomness = { hex: () => '', fraction: () => 0 };
  const judge = placementJudge(
    ledger,
    { strategy: given.strategy ?? 'spread', filters: filterNames, clusterOpts, publish: 'auto' },
    randomness,
  );
  /** Places and holds, as the leader does. */
  const create = (request: PlacementRequest): string | undefined => {
    const { chosen } = judge.place(request, anywhere);
    if (chosen === undefined) return undefined;
    const operation = `operation-${++sequence}`;
    const record: ReservationRecord = {
      operation,
      kind: 'create',
      engine: chosen.engine,
      term: 1,
      name: request.name,
      container: '',
      request,
      devices: [...chosen.devices],
      published: [],
      moves: [],
      grantedAtMs: 0,
    };
    ledger.hold(record);
    return chosen.engine;
  };
  return { ledger, judge, create };
}

const shuffled = (keys: string[]) => fc.shuffledSubarray(keys, { minLength: keys.length });

const requests = fc.array(
  fc
    .record({
      memoryBytes: fc.constantFrom(0, 1, 250, 333, 700, 1_051),
      memoryReservationBytes: fc.constantFrom(0, 400),
      nanoCpus: fc.constantFrom(0, 0.1e9, 1.5e9, 4.2e9),
      cpusetCpus: fc.constantFrom('', '0-2'),
      ports: fc.subarray([80, 443]).map((ports) => ports.map((hostPort) => ({ ip: '', hostPort, protocol: 'tcp' }))),
      devices: fc.subarray([{ driver: '', count: 1, ids: [], capabilities: [['gpu']] }]),
    })
    .map((given) => placementRequest(given)),
  { maxLength: 30 },
);

describe('the judge', () => {
  it.each(strategyNames)('by %s, chooses alike in whatever order the engines came', (strategy) =>
    fc.assert(
      fc.property(
        fc
          .subarray(['b', 'a', 'node-10', 'node-9', 'd'], { minLength: 1 })
          .chain((keys) => fc.tuple(fc.constant(keys), shuffled(keys))),
        requests,
        ([keys, others], asked) => {
          const [one, other] = [fleetOf(keys, { strategy }), fleetOf(others, { strategy })];
          expect(asked.map((request) => other.create(request))).toEqual(asked.map((request) => one.create(request)));
        },
      ),
    ),
  );

  it.each(strategyNames)('never promises more than there is, whatever is asked, by %s', (strategy) =>
    fc.assert(
      fc.property(requests, fc.constantFrom(0, 0.05, 0.29, -0.3), (asked, overcommit) => {
        const { ledger, create } = fleetOf(['a', 'b'], { overcommit, strategy });
        const ports = new Set<string>();
        const sums = new Map<string, number>();
        let gpus = 0;
        for (const request of asked) {
          const engine = create(request);
          if (engine === undefined) continue;
          for (const { hostPort } of request.ports) {
            expect(ports.has(`${engine} ${hostPort}`)).toBe(false);
            ports.add(`${engine} ${hostPort}`);
          }
          gpus += request.devices.length;
          sums.set(engine, (sums.get(engine) ?? 0) + Math.max(request.memoryBytes, request.memoryReservationBytes));
        }
        for (const { key, usage } of ledger.candidates()) {
          expect(usage.memoryBytes).toBe(sums.get(key) ?? 0);
          expect(usage.memoryBytes).toBeLessThanOrEqual(1_000 + Math.round(1_000 * overcommit));
          expect(usage.nanoCpus).toBeLessThanOrEqual(4e9 + Math.round(4e9 * overcommit));
          expect(usage.devices.size).toBeLessThanOrEqual(devices.length);
        }
        expect(gpus).toBe(ledger.candidates().reduce((sum, { usage }) => sum + usage.devices.size, 0));
      }),
      { numRuns: 60 },
    ),
  );

  it('gives back all that reservations held', () => {
    const { ledger, create } = fleetOf(['a']);
    const request = placementRequest({ memoryBytes: 1_000, nanoCpus: 4e9, ports: [{ ip: '', hostPort: 80, protocol: 'tcp' }] });
    expect(create(request)).toBe('a');
    expect(create(request)).toBeUndefined();
    for (const hold of ledger.engine('a')?.holds() ?? []) ledger.spend(hold.operation);
    expect(create(request)).toBe('a');
  });

  it('explains a malformed expression as a decision, too', () => {
    const { judge } = fleetOf(['a']);
    const { failure, decision } = judge.place(placementRequest({ constraints: ['node=a'] }), anywhere);
    expect(failure).toMatchObject({ code: 'placement/invalid-expression' });
    expect(decision('operation', 'create', 7)).toMatchObject({
      operation: 'operation',
      atMs: 7,
      candidates: [],
      failure: failure?.message,
    });
  });

  it('offers only what it is told to', () => {
    const { judge } = fleetOf(['a', 'b', 'c']);
    expect(judge.place(placementRequest(), { only: ['b'], exclude: [] }).chosen?.engine).toBe('b');
    expect(judge.place(placementRequest(), { only: [], exclude: ['a'] }).chosen?.engine).toBe('b');
    expect(judge.place(placementRequest(), { only: ['a'], exclude: ['a'] }).failure?.message).toBe(
      'No nodes available in the cluster',
    );
  });

  it.each([
    ['the engine of its platform excluded', { only: [], exclude: ['pi'] }],
    ['another engine the only one asked for', { only: ['nas'], exclude: [] }],
  ])('waits for the engine that runs its platform and has the CPUs: %s', (_, offer) => {
    const { judge } = fleetOf(['nas', 'pi'], { identities: { pi: { architecture: 'aarch64', cpus: 8 } } });
    const codeOf = (wanted: Partial<PlacementRequest>) => judge.place(placementRequest(wanted), offer).failure?.code;
    expect([codeOf({ platform: 'linux/arm64' }), codeOf({ nanoCpus: 5e9 })]).toEqual(
      Array(2).fill('placement/no-eligible-engine'),
    );
    expect([codeOf({ platform: 'linux/s390x' }), codeOf({ nanoCpus: 9e9 })]).toEqual([undefined, 'request/invalid']);
  });

  it('lets a container grow as far as its engine has room', () => {
    const { judge, create } = fleetOf(['a']);
    create(placementRequest({ memoryBytes: 600 }));
    const { resources, ...facts } = containerFacts('c');
    const now = { ...facts, resources: { ...resources, memoryBytes: 0 } };
    expect(() => judge.resize('a', now, placementRequest({ memoryBytes: 400 }))).not.toThrow();
    expect(() => judge.resize('a', now, placementRequest({ memoryBytes: 401 }))).toThrow(
      'no resources available to update container: memory: 401 B wanted, 400 B free',
    );
    expect(() => judge.resize('gone', now, placementRequest())).toThrow('not in the fleet');
  });

  it('turns shares into cores and back only when told to', () => {
    const cores = fleetOf(['a'], { cpuShares: 'cores' }).judge;
    expect(cores.engineShares('a', placementRequest({ cpuShares: 2 }))).toBe(512);
    expect(cores.engineShares('a', placementRequest())).toBeUndefined();
    const { resources, ...facts } = containerFacts('c');
    expect(cores.userShares('a', { ...facts, resources: { ...resources, cpuShares: 512 } })).toBe(2);
    expect(fleetOf(['a']).judge.engineShares('a', placementRequest({ cpuShares: 2 }))).toBeUndefined();
  });
});

describe.each([[['com.docker.compose.project']], [[]]])(
  'a container of a compose service, where groups are by %j',
  (groupLabels) => {
    const port = { ip: '', hostPort: 8080, protocol: 'tcp' };
    const ofService = (number: string, more: Record<string, string> = {}) => ({
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': 'web',
      'com.docker.compose.container-number': number,
      'com.docker.compose.oneoff': 'False',
      ...more,
    });
    /** Places on one engine, most of which the first container of the service has. */
    function beside(present: Record<string, string>, copies = 1) {
      const { ledger, judge } = fleetOf(['a'], { groupLabels });
      for (let copy = 1; copy <= copies; copy++) {
        const { resources, ...facts } = containerFacts(`c${copy}`, { labels: present, ports: [{ ...port, containerPort: 80 }] });
        const held = { ...resources, memoryBytes: 900, devices: ['GPU-0', 'GPU-1'] };
        const payload = encodeObject({ epoch: 1, facts: { ...facts, resources: held }, summary: Buffer.from('{}') });
        ledger.apply({ subject: subjects.container('a', facts.id), sequence: 1_000 + copy, payload });
      }
      return (given: Partial<PlacementRequest>) => judge.place(placementRequest(given), anywhere);
    }
    const wishes: readonly Partial<PlacementRequest>[] = [
      { ports: [port] },
      { memoryBytes: 900 },
      { devices: [{ driver: '', count: 2, ids: [], capabilities: [['gpu']] }] },
    ];

    it.each(wishes)('may have what the one has whose place it takes: %j', (wish) => {
      const place = beside(ofService('1', { [labels.owner]: '' }));
      expect(place({ ...wish, labels: ofService('1') }).chosen?.engine).toBe('a');
      for (const other of [
        {},
        ofService('2'),
        ofService('1', { [labels.owner]: 'team-a' }),
        ofService('1', { 'com.docker.compose.oneoff': 'True' }),
        ofService('1', { 'com.docker.compose.service': 'db' }),
      ])
        expect(place({ ...wish, labels: other }).failure?.code).toBe('placement/no-eligible-engine');
    });

    it('takes one place: where several have it, what they could all have at a time is theirs', () => {
      const place = beside(ofService('1'), 2);
      const chosen = wishes.map((wish) => place({ ...wish, labels: ofService('1') }).chosen?.engine);
      expect(chosen).toEqual(['a', undefined, undefined]);
    });

    it('is kept beside the one before by affinities and volumes, as compose 1 asks', () => {
      const place = beside(ofService('1'));
      for (const wish of [{ affinities: ['container==c1'] }, { volumesFrom: ['c1'] }])
        expect(place({ ...wish, ports: [port], labels: ofService('1') }).chosen?.engine).toBe('a');
    });

    it('takes no place of one that was made to run once', () => {
      const place = beside(ofService('1', { 'com.docker.compose.oneoff': 'True' }));
      expect(place({ ports: [port], labels: ofService('1') }).chosen).toBeUndefined();
    });
  },
);
