import { startTestServer } from '../../contract/cluster-log/nats-server.fixture.ts';
import { quantiles } from '../load/samples.ts';
import type { Row } from '../report/row.ts';
import { exchange } from './raw-client.ts';
import { compared, mib, pidOf, type Started, started } from './stream-comparison.ts';
import { get, upload } from './stream-requests.ts';

const movedMib = 256;
const smallRequests = 300;

/** The relay through a tunnel over NATS to a daemon that only moves bytes, and what a small request beside a download waits. */
export async function* tunnelRows(daemon: string): AsyncGenerator<Row> {
  const { gateway, close } = await openTunnel(daemon);
  const sides = { size: `${movedMib} MiB`, direct: daemon, through: gateway.address, pids: [pidOf(gateway)] };
  const piece = Buffer.alloc(32 * 1024);
  const pieces = (movedMib * mib) / piece.length;
  const down = get(`/containers/bulk/export?mib=${movedMib}`);
  const up = upload('PUT', '/containers/bulk/archive?path=/');
  yield await compared({ ...sides, name: 'tunnel: download', run: (address) => exchange(address, down) });
  yield await compared({ ...sides, name: 'tunnel: upload', run: (address) => exchange(address, up, { piece, pieces }) });
  yield await smallBesideBulk(gateway.address, down);
  await close();
}

/** A gateway's relay that reaches this daemon through an agent. */
export async function openTunnel(daemon: string): Promise<{ readonly gateway: Started; readonly close: () => Promise<void> }> {
  const nats = await startTestServer('memory');
  const agent = await started('./tunnel-agent.process.ts', nats.url, daemon);
  const gateway = await started('./relay-gateway.process.ts', agent.address, nats.url);
  const close = async () => {
    gateway.process.kill();
    agent.process.kill();
    await nats.stop();
  };
  return { gateway, close };
}

/** Its limit is the same without the download. */
async function smallBesideBulk(address: string, down: string): Promise<Row> {
  const limit = quantiles(await smallTimes(address));
  const measured = new AbortController();
  const bulk = (async () => {
    while (!measured.signal.aborted) await exchange(address, down);
  })();
  const figures = quantiles(await smallTimes(address));
  measured.abort();
  await bulk;
  return { case: 'tunnel: small request beside a download', size: `${movedMib} MiB`, figures, limit };
}

/** Of short exchanges one after the other, in ms. */
async function smallTimes(address: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < smallRequests; i++) times.push((await exchange(address, get('/containers/bulk/export?mib=0'))).ms);
  return times;
}
