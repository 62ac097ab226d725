import type { BenchCase } from '../bench-case.ts';
import { BareServer } from '../fleet/bare-server.ts';
import { figuresOf } from '../fleet/measured-fleet.ts';
import { LoadProcess } from '../load/load-process.ts';
import type { Row } from '../report/row.ts';

const measuredMs = 3_000;
const warmUpMs = 500;
const bulkBytes = 1024 ** 3;
const mib = 1024 ** 2;

/** What this machine can do at all, now: nothing measured beside it can be better. */
export const machineBench: BenchCase = {
  about: 'limits of the machine: a bare node:http server, and bytes over loopback',
  async *run() {
    const server = await BareServer.open();
    const load = new LoadProcess();
    try {
      for (const connections of [1, 32]) yield await echo(server, load, connections);
      yield await bulk(server, load);
    } finally {
      load.close();
      server.close();
    }
  },
};

async function echo(server: BareServer, load: LoadProcess, connections: number): Promise<Row> {
  const job = { kind: 'requests', address: server.address, paths: ['/'], connections, atLeast: 1 } as const;
  await load.run({ ...job, forMs: warmUpMs, atMostMs: warmUpMs });
  const before = server.cpuMs;
  const outcome = await load.run({ ...job, forMs: measuredMs, atMostMs: measuredMs });
  const figures = { ...figuresOf(outcome), cpuMs: (server.cpuMs - before) / outcome.done };
  return { case: 'bare node:http', size: `${connections} conn.`, figures };
}

async function bulk(server: BareServer, load: LoadProcess): Promise<Row> {
  const job = { kind: 'requests', address: server.address, paths: [`/bytes/${bulkBytes}`], connections: 1 } as const;
  const before = server.cpuMs;
  const { bytes, tookMs } = await load.run({ ...job, forMs: measuredMs, atLeast: 2, atMostMs: measuredMs * 10 });
  const figures = {
    mibPerSecond: bytes / mib / (tookMs / 1_000),
    cpuSecondsPerGib: (server.cpuMs - before) / 1_000 / (bytes / bulkBytes),
  };
  return { case: 'bytes over loopback', size: '1 GiB', figures };
}
