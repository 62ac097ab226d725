import type { TestEngine } from '#testing';
import type { Row } from '../report/row.ts';
import { exchange } from './raw-client.ts';
import { sessionRows } from './sessions.ts';
import { compared, mib, pidOf, started } from './stream-comparison.ts';
import { execStart, get, tarOf, upload } from './stream-requests.ts';
import { openTunnel } from './tunnelled.ts';

const fileMib = 256;
const logLines = 500_000;
const container = 'bulk';
/** The image that is made of it. */
export const bulkImage = 'bulk-image';
const size = 'real engine';

/** The streams of a real engine through the gateway's relay against the same directly. */
export async function* engineRows(engine: TestEngine): AsyncGenerator<Row> {
  await fill(engine);
  const gateway = await started('./relay-gateway.process.ts', engine.address);
  const sides = { size, direct: engine.address, through: gateway.address, pids: [pidOf(gateway)] };
  const downloads = {
    export: `/containers/${container}/export`,
    'archive out': `/containers/${container}/archive?path=/file`,
  };
  for (const [name, path] of Object.entries(downloads))
    yield await compared({ ...sides, name, run: (address) => exchange(address, get(path)) });
  const logs = get(`/containers/${container}/logs?stdout=1`);
  yield await compared({ ...sides, name: 'logs', lines: logLines, run: (address) => exchange(address, logs) });
  yield await compared({ ...sides, name: 'archive in', run: archiveIn });
  const cat = async (address: string) => exchange(address, await execStart(engine.address, container, ['cat', '/file']));
  yield await compared({ ...sides, name: 'exec output', run: cat });
  yield* sessionRows({ size, container, direct: engine.address, gateway, rounds: 1 });
  gateway.process.kill();
  const tunnel = await openTunnel(engine.address);
  const far = { ...sides, through: tunnel.gateway.address, pids: [pidOf(tunnel.gateway)] };
  yield await compared({ ...far, name: 'tunnel: export', run: (address) => exchange(address, get(downloads.export)) });
  yield await compared({ ...far, name: 'tunnel: archive in', run: archiveIn });
  await tunnel.close();
}

function archiveIn(address: string) {
  const into = upload('PUT', `/containers/${container}/archive?path=/tmp`);
  return exchange(address, into, { piece: tarOf(Buffer.alloc(mib), fileMib), pieces: 1 });
}

/** A container with a file and a log, and an image of it. */
async function fill(engine: TestEngine): Promise<void> {
  const script = `head -c ${fileMib * mib} /dev/zero > /file; seq ${logLines}; touch /ready; exec sleep 86400`;
  await engine.docker('run', '-d', '--name', container, 'busybox', 'sh', '-c', script);
  while ((await engine.docker('exec', container, 'sh', '-c', 'ls /ready || true')) === '');
  await engine.docker('commit', container, bulkImage);
}
