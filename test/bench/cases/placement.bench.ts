import { defaultClusterOptions, encodeObject, filterNames, type PlacementRequest, subjects } from '#contracts';
import { collectGarbage, systemRandomness } from '#service-shell';
import type { Judge } from '../../../apps/scheduler/src/decisions/judge.ts';
import { placementJudge } from '../../../apps/scheduler/src/decisions/placement-judge.ts';
import {
  containerFacts,
  engineIdentity,
  engineRecord,
  placementRequest,
} from '../../../apps/scheduler/src/fleet/fleet.builders.ts';
import { FleetLedger } from '../../../apps/scheduler/src/fleet/fleet-ledger.ts';
import type { BenchCase } from '../bench-case.ts';
import { quantiles } from '../load/samples.ts';
import type { Row } from '../report/row.ts';

const engines = 1_000;

/** Decisions timed per case, and fewer of one that walks over 100,000 containers: the whole stays below 30 s. */
const decisionsPerCase = 500;
const slowDecisions = 60;

/** Decisions before the clock counts, so that the code is compiled. */
const warmUps = 30;

const gib = 1024 ** 3;

/** What users ask for. The affinity walks over containers by its nature; nothing else may depend on their number. */
const cases: readonly { readonly name: string; readonly request: PlacementRequest; readonly walksContainers: boolean }[] = [
  { name: 'memory and CPUs', request: placementRequest({ memoryBytes: gib, nanoCpus: 5e8 }), walksContainers: false },
  {
    name: 'port, constraint, volume',
    request: placementRequest({
      memoryBytes: gib,
      ports: [{ ip: '', hostPort: 8_080, protocol: 'tcp' }],
      constraints: ['zone==zone-1', 'node!=node-7'],
      volumes: ['data'],
    }),
    walksContainers: false,
  },
  { name: 'refused everywhere', request: placementRequest({ memoryBytes: 1_000_000 * gib }), walksContainers: false },
  { name: 'affinity to a container', request: placementRequest({ affinities: ['container!=web-1*'] }), walksContainers: true },
];

/** p50 and p99 are what a client waits; CPU time is what the decision costs, whatever else the machine does. All in ms. */
type Timing = { readonly p50Ms: number; readonly p99Ms: number; readonly cpuMs: number };

export const placementBench: BenchCase = {
  about: 'one decision of the scheduler among 1,000 engines; `ratio`: its CPU against that with a tenth of the containers',
  async *run() {
    const [few, many] = [judgeOver(10), judgeOver(100)];
    // What the fleets took to build is not the decisions'.
    collectGarbage({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    for (const each of cases) yield decided(few, many, each);
  },
};

function decided(few: Judge, many: Judge, { name, request, walksContainers }: (typeof cases)[number]): Row {
  const decisions = walksContainers ? slowDecisions : decisionsPerCase;
  const [small, large] = [time(few, request, decisions), time(many, request, decisions)];
  const kind = walksContainers ? 'decision over containers' : 'decision';
  return { case: `${kind}: ${name}`, size: `${engines}x100`, figures: { ...large, ratio: large.cpuMs / small.cpuMs } };
}

function time(judge: Judge, request: PlacementRequest, decisions: number): Timing {
  const decide = () => judge.place(request, { only: [], exclude: [] });
  for (let warmUp = 0; warmUp < warmUps; warmUp++) decide();
  const samples: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let decision = 0; decision < decisions; decision++) {
    const before = performance.now();
    decide();
    samples.push(performance.now() - before);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return { ...quantiles(samples), cpuMs: (user + system) / 1_000 / decisions };
}

/** A fleet as the log tells it. */
function judgeOver(containersPerEngine: number): Judge {
  const ledger = new FleetLedger(defaultClusterOptions, (subject, error) => {
    throw new Error(subject, { cause: error });
  });
  let sequence = 0;
  const write = (subject: string, payload: Buffer) => ledger.apply({ subject, sequence: ++sequence, payload });
  for (let engine = 0; engine < engines; engine++) {
    const key = `node-${engine}`;
    const labels = { zone: `zone-${engine % 10}` };
    const identity = engineIdentity(key, { cpus: 64, memoryBytes: 256 * gib, labels });
    write(subjects.member(key), Buffer.from(JSON.stringify({ key, address: `${key}:2375`, source: 'nodes' })));
    write(subjects.engineInfo(key), Buffer.from(JSON.stringify(engineRecord(key, { identity }))));
    for (let container = 0; container < containersPerEngine; container++) {
      const id = `${engine}-${container}`;
      const resources = { memoryBytes: gib, memoryReservationBytes: 0, nanoCpus: 1e8, cpuShares: 0, cpusetCpus: '', devices: [] };
      const ports = [{ ip: '', hostPort: 10_000 + container, containerPort: 80, protocol: 'tcp' }];
      const facts = containerFacts(id, { names: [`web-${id}`], resources, ports });
      write(subjects.container(key, id), encodeObject({ epoch: 1, facts, summary: Buffer.from('{}') }));
    }
  }
  const config = {
    strategy: 'spread' as const,
    filters: filterNames,
    clusterOpts: defaultClusterOptions,
    publish: 'auto' as const,
  };
  return placementJudge(ledger, config, systemRandomness);
}
