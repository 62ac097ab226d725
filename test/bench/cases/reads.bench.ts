import type { BenchCase } from '../bench-case.ts';
import { BareServer } from '../fleet/bare-server.ts';
import { type FleetSample, sampleOf } from '../fleet/fleet-sample.ts';
import { figuresOf, type MeasuredFleet } from '../fleet/measured-fleet.ts';
import type { Figures, Row } from '../report/row.ts';
import { sumOf } from '../report/row.ts';

type Read = {
  readonly name: string;
  readonly paths: readonly string[];
  readonly connections: number;
  /** What a single engine is asked instead, as the limit; `bytes` = as many bytes from a bare server. */
  readonly limit: readonly string[] | 'bytes';
};

const measuredMs = 3_000;
/** The code that answers is compiled by then, of inspections too: the first thousand costs half as much again. */
const warmUpMs = 2_000;
/** On a busy machine too, code is compiled and CPU ticks add up; of whole lists so few make a median still. */
const samplesMin = 400;
const listsMin = 5;
const atMostMs = 30_000;

export const readsBench: BenchCase = {
  about: 'ping, version, info, inspect, images, networks, volumes, and lists with and without list queries',
  async *runAt(shelf) {
    const fleet = await shelf.fleet();
    const bare = await BareServer.open();
    try {
      const sample = await sampleOf(fleet.engines.addresses);
      for (const read of readsOf(sample)) yield await measured(fleet, bare, read, sample.address);
      const { rssMib } = fleet.costs();
      yield { case: 'memory after reads', size: fleet.size, figures: { rssMib: sumOf(rssMib) }, rssMibOf: rssMib };
    } finally {
      bare.close();
    }
  },
};

function readsOf({ fleet, engine }: FleetSample): Read[] {
  const one = (name: string, path: string, connections = 1): Read => ({ name, paths: [path], connections, limit: [path] });
  const inspections = (of: 'ids' | 'names'): Omit<Read, 'name'> => ({
    paths: fleet[of].map((word) => `/containers/${word}/json`),
    connections: 1,
    limit: engine[of].map((word) => `/containers/${word}/json`),
  });
  const list = (query: string): string => `/containers/json?all=1${query}`;
  const listBy = (name: string, of: (words: FleetSample['fleet']) => readonly string[]): Read => ({
    name: `list by ${name}`,
    paths: of(fleet).map((word) => list(queryOf(name, word))),
    connections: 1,
    limit: of(engine).map((word) => list(queryOf(name, word))),
  });
  return [
    one('ping', '/_ping'),
    one('ping, 32 connections', '/_ping', 32),
    one('version', '/version', 32),
    one('info', '/info'),
    { name: 'inspect by id', ...inspections('ids') },
    { name: 'inspect by name', ...inspections('names') },
    one('images', '/images/json'),
    one('networks', '/networks'),
    one('volumes', '/volumes'),
    listBy('id', ({ ids }) => ids),
    listBy('name', ({ names }) => names),
    listBy('label', ({ labels }) => labels),
    { name: 'list', paths: [list('')], connections: 1, limit: 'bytes' },
  ];
}

function queryOf(name: string, word: string): string {
  return `&filters=${encodeURIComponent(JSON.stringify({ [name]: [word] }))}`;
}

async function measured(fleet: MeasuredFleet, bare: BareServer, read: Read, engine: string): Promise<Row> {
  const { paths, connections } = read;
  const atLeast = read.limit === 'bytes' ? listsMin : samplesMin;
  const job = { kind: 'requests', address: fleet.address(), paths, connections, atLeast, atMostMs } as const;
  await fleet.load.run({ ...job, forMs: warmUpMs });
  const { outcome, figures, cpuMsOf } = await fleet.measure({ ...job, forMs: measuredMs });
  if (outcome.errors > 0) throw new Error(`${read.name}: ${outcome.firstErrors.join('; ')}`);
  const limit = await limitOf(fleet, read, {
    address: read.limit === 'bytes' ? bare.address : engine,
    paths: read.limit === 'bytes' ? [`/bytes/${Math.round(outcome.bytes / outcome.done)}`] : read.limit,
  });
  return { case: read.name, size: fleet.size, figures, cpuMsOf, limit };
}

async function limitOf(
  fleet: MeasuredFleet,
  { connections }: Read,
  at: { readonly address: string; readonly paths: readonly string[] },
): Promise<Figures> {
  const job = { kind: 'requests', connections, ...at, atLeast: listsMin, atMostMs } as const;
  await fleet.load.run({ ...job, forMs: warmUpMs / 2 });
  const { perSecond = 0, p50Ms = 0 } = figuresOf(await fleet.load.run({ ...job, forMs: measuredMs / 2 }));
  return { perSecond, p50Ms };
}
