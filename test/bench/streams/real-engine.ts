import type { TestEngine } from '#testing';
import { quantiles } from '../load/samples.ts';
import type { Row } from '../report/row.ts';
import { exchange, roundTrips } from './raw-client.ts';
import { compared, mib, pidOf, type Started, spentMs, started } from './stream-comparison.ts';
import { execStart, get, tarOf, upload } from './stream-requests.ts';
import { openTunnel } from './tunnelled.ts';

const fileMib = 256;
const logLines = 500_000;
const echoes = 2_000;
/** Whole execs on each side, each of a command that ends at once, and those before that warm it. */
const execs = 100;
const warmingExecs = 20;
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
  const cat = async (address: string) => exchange(address, await execStart(engine, container, ['cat', '/file']));
  yield await compared({ ...sides, name: 'exec output', run: cat });
  yield await echoed(engine, gateway);
  yield await wholeExecs(engine, gateway);
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

async function echoed(engine: TestEngine, { address }: Started): Promise<Row> {
  const limit = quantiles(await roundTrips(engine.address, await execStart(engine, container, ['cat']), echoes));
  const figures = quantiles(await roundTrips(address, await execStart(engine, container, ['cat']), echoes));
  return { case: 'exec echo', size, figures, limit };
}

/** From the start of an exec to the end of its connection; directly and through the gateway in turns, since the engine's own time wanders. */
async function wholeExecs(engine: TestEngine, gateway: Started): Promise<Row> {
  const time = async (address: string) => (await exchange(address, await execStart(engine, container, ['true']))).ms;
  for (let i = 0; i < warmingExecs; i++) await time(gateway.address);
  const [direct, through]: [number[], number[]] = [[], []];
  const before = spentMs([pidOf(gateway)]);
  for (let i = 0; i < execs; i++) {
    direct.push(await time(engine.address));
    through.push(await time(gateway.address));
  }
  const cpuMs = (spentMs([pidOf(gateway)]) - before) / execs;
  return { case: 'exec whole', size, figures: { ...quantiles(through), cpuMs }, limit: quantiles(direct) };
}
