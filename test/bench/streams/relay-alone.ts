import { costOf } from '../../e2e/product/process-cost.ts';
import type { Row } from '../report/row.ts';
import { exchange } from './raw-client.ts';
import { compared, mib, pidOf, type Started, started } from './stream-comparison.ts';
import { get, upload } from './stream-requests.ts';

const movedMib = 1_024;
/** The stream that must leave the gateway's memory flat. */
const longMib = 2_048;
const sampleEveryMs = 200;

/** The relay between a client and a daemon that only move bytes. */
export async function* relayRows(daemon: string): AsyncGenerator<Row> {
  const gateway = await started('./relay-gateway.process.ts', daemon);
  const sides = { size: `${movedMib} MiB`, direct: daemon, through: gateway.address, pids: [pidOf(gateway)] };
  const piece = Buffer.alloc(32 * 1024);
  const pieces = (movedMib * mib) / piece.length;
  const down = get(`/containers/bulk/export?mib=${movedMib}`);
  const up = upload('PUT', '/containers/bulk/archive?path=/');
  yield await compared({ ...sides, name: 'relay: download', run: (address) => exchange(address, down) });
  yield await compared({ ...sides, name: 'relay: upload', run: (address) => exchange(address, up, { piece, pieces }) });
  yield await memoryOfOneStream(gateway);
  gateway.process.kill();
}

async function memoryOfOneStream(gateway: Started): Promise<Row> {
  const rssMib = () => costOf(pidOf(gateway)).rssMb;
  const [before, samples] = [rssMib(), [rssMib()]];
  const timer = setInterval(() => samples.push(rssMib()), sampleEveryMs);
  await exchange(gateway.address, get(`/containers/bulk/export?mib=${longMib}`));
  clearInterval(timer);
  const peak = Math.max(...samples);
  return { case: 'relay: memory over one stream', size: `${longMib} MiB`, figures: { rssMib: peak, rssGrownMib: peak - before } };
}
