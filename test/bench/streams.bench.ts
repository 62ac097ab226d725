import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Testbed, type TestEngine } from '#testing';
import { startTestServer } from '../contract/cluster-log/nats-server.fixture.ts';
import { costOf } from '../e2e/support/process-cost.ts';
import { exchange, type Moved, roundTrips } from './raw-client.ts';

const mib = 1024 ** 2;
/** What one measured stream of a real engine carries, and the log that is read. */
const fileMib = 256;
const logLines = 500_000;
/** The stream that must leave the gateway's memory flat. */
const longMib = 2_048;
const echoes = 2_000;
const smallRequests = 300;
/** Whole execs, each of a command that ends at once. */
const execs = 50;
const container = 'bulk';
const sampleEveryMs = 200;

/** What the relay costs on its own, then the streams of a real engine through the gateway against the same directly. */
export async function* measureStreams(): AsyncGenerator<string> {
  const daemon = await started('bulk-daemon.process.ts');
  yield* measureRelay(daemon.address);
  yield* measureTunnel(daemon.address);
  daemon.process.kill();
  const bed = await Testbed.open('bench-streams');
  try {
    const engine = await bed.engine({ generation: 'new' });
    await engine.image();
    yield* measureEngine(engine);
  } finally {
    await bed.close();
  }
}

/** Between a client and a daemon that only move bytes. */
async function* measureRelay(daemon: string): AsyncGenerator<string> {
  const gateway = await started('relay-gateway.process.ts', daemon);
  const piece = Buffer.alloc(32 * 1024);
  const down = (mibs: number) => get(`/containers/bulk/export?mib=${mibs}`);
  const pieces = (fileMib * 4 * mib) / piece.length;
  yield 'relay alone (a daemon that only moves bytes):';
  yield await compared('download', daemon, gateway, (address) => exchange(address, down(fileMib * 4)));
  yield await compared('upload', daemon, gateway, (address) =>
    exchange(address, put('/containers/bulk/archive?path=/'), { piece, pieces }),
  );
  const sampled = rssOver(gateway);
  const { bytes } = await exchange(gateway.address, down(longMib));
  const { first, peak } = sampled.stop();
  yield `one stream of ${(bytes / mib).toFixed(0)} MiB: RSS of the gateway ${first.toFixed(0)} MiB before, ${peak.toFixed(0)} MiB at most`;
  gateway.process.kill();
}

/** The same through a tunnel over NATS, with what a small request beside it waits. */
async function* measureTunnel(daemon: string): AsyncGenerator<string> {
  const nats = await startTestServer('memory');
  const agent = await started('tunnel-agent.process.ts', nats.url, daemon);
  const gateway = await started('relay-gateway.process.ts', agent.address, nats.url);
  const piece = Buffer.alloc(32 * 1024);
  const down = get(`/containers/bulk/export?mib=${fileMib}`);
  yield 'through a tunnel:';
  yield await compared('download', daemon, gateway, (address) => exchange(address, down));
  const upload = { piece, pieces: (fileMib * mib) / piece.length };
  yield await compared('upload', daemon, gateway, (address) => exchange(address, put('/containers/bulk/archive?path=/'), upload));
  const idle = await smallTimes(gateway.address);
  const enough = new AbortController();
  const bulk = (async () => {
    while (!enough.signal.aborted) await exchange(gateway.address, down);
  })();
  const beside = await smallTimes(gateway.address);
  enough.abort();
  await bulk;
  yield `small request p50/p99: ${quantiles(idle)} ms alone, ${quantiles(beside)} ms beside a download`;
  gateway.process.kill();
  agent.process.kill();
  await nats.stop();
}

/** Of short exchanges one after the other, in ms. */
async function smallTimes(address: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < smallRequests; i++) times.push((await exchange(address, get('/containers/bulk/export?mib=0'))).ms);
  return times;
}

function quantiles(times: readonly number[]): string {
  const sorted = times.toSorted((left, right) => left - right);
  return [0.5, 0.99].map((at) => sorted[Math.floor(sorted.length * at)]?.toFixed(1)).join('/');
}

async function* measureEngine(engine: TestEngine): AsyncGenerator<string> {
  const gateway = await started('relay-gateway.process.ts', engine.address);
  const script = `head -c ${fileMib * mib} /dev/zero > /file; seq ${logLines}; touch /ready; exec sleep 86400`;
  await engine.docker('run', '-d', '--name', container, 'busybox', 'sh', '-c', script);
  while ((await engine.docker('exec', container, 'sh', '-c', 'ls /ready || true')) === '');
  yield `engine ${engine.generation}:`;
  for (const [name, path] of [
    ['export', '/containers/bulk/export'],
    ['archive out', '/containers/bulk/archive?path=/file'],
    ['logs', '/containers/bulk/logs?stdout=1'],
  ] as const)
    yield await compared(
      name,
      engine.address,
      gateway,
      (address) => exchange(address, get(path)),
      name === 'logs' ? logLines : undefined,
    );
  const [piece, pieces] = [Buffer.alloc(mib), fileMib];
  yield await compared('archive in', engine.address, gateway, (address) =>
    exchange(address, put('/containers/bulk/archive?path=/tmp'), { piece: tarOf(piece, pieces), pieces: 1 }),
  );
  yield await compared('exec output', engine.address, gateway, async (address) =>
    exchange(address, await execStart(engine, ['cat', '/file'])),
  );
  const [direct, through] = [
    await roundTrips(engine.address, await execStart(engine, ['cat']), echoes),
    await roundTrips(gateway.address, await execStart(engine, ['cat']), echoes),
  ].map(median);
  yield `exec echo round trip p50: ${direct?.toFixed(3)} ms direct, ${through?.toFixed(3)} ms through the gateway`;
  const before = costOf(gateway.process.pid ?? 0).cpuMs;
  const whole = [await wholeExecs(engine, engine.address), await wholeExecs(engine, gateway.address)].map(median);
  const perExec = (costOf(gateway.process.pid ?? 0).cpuMs - before) / execs;
  yield `exec start to end p50: ${whole[0]?.toFixed(2)} ms direct, ${whole[1]?.toFixed(2)} ms through the gateway, gateway ${perExec.toFixed(2)} CPU ms`;
  gateway.process.kill();
}

type Started = { readonly process: ChildProcess; readonly address: string };

async function started(file: string, ...args: string[]): Promise<Started> {
  const process = fork(new URL(file, import.meta.url), args);
  const [address] = (await once(process, 'message')) as [string];
  return { process, address };
}

/** Directly and through the gateway, the better of two each; with what the gateway spent. `lines`: what the stream carries is counted in them. */
async function compared(
  name: string,
  engine: string,
  gateway: Started,
  run: (address: string) => Promise<Moved>,
  lines?: number,
): Promise<string> {
  const direct = faster(await run(engine), await run(engine));
  const before = costOf(gateway.process.pid ?? 0).cpuMs;
  const [first, second] = [await run(gateway.address), await run(gateway.address)];
  const { cpuMs, rssMb } = costOf(gateway.process.pid ?? 0);
  const through = faster(first, second);
  const perGib = ((cpuMs - before) / 1_000 / (first.bytes + second.bytes)) * 1024 ** 3;
  const rate = (moved: Moved) =>
    lines === undefined
      ? `${(moved.bytes / mib / (moved.ms / 1_000)).toFixed(0)} MiB/s`
      : `${(lines / moved.ms).toFixed(0)}k lines/s`;
  const ratio = (through.bytes / through.ms / (direct.bytes / direct.ms)) * 100;
  return `${name}: ${rate(direct)} direct, ${rate(through)} through the gateway (${ratio.toFixed(0)} %), gateway ${perGib.toFixed(2)} CPU s/GiB, RSS ${rssMb.toFixed(0)} MiB`;
}

function faster(first: Moved, second: Moved): Moved {
  return first.ms < second.ms ? first : second;
}

function rssOver({ process }: Started): { stop(): { first: number; peak: number } } {
  const samples = [costOf(process.pid ?? 0).rssMb];
  const timer = setInterval(() => samples.push(costOf(process.pid ?? 0).rssMb), sampleEveryMs);
  return {
    stop: () => {
      clearInterval(timer);
      return { first: samples[0] ?? 0, peak: Math.max(...samples) };
    },
  };
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: bench\r\n\r\n`;
}

function put(path: string): string {
  return `PUT ${path} HTTP/1.1\r\nHost: bench\r\nTransfer-Encoding: chunked\r\n\r\n`;
}

/** The request that starts a fresh exec with input and output. */
async function execStart(engine: TestEngine, command: string[]): Promise<string> {
  const made = await fetch(`http://${engine.address}/containers/bulk/exec`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Cmd: command, AttachStdin: true, AttachStdout: true, Tty: false }),
  });
  const { Id } = (await made.json()) as { Id: string };
  const fields = 'Host: bench\r\nContent-Type: application/json\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2';
  return `POST /exec/${Id}/start HTTP/1.1\r\n${fields}\r\n\r\n{}`;
}

/** Times from the start of an exec to the end of its connection, in ms. */
async function wholeExecs(engine: TestEngine, address: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < execs; i++) {
    const head = await execStart(engine, ['true']);
    times.push((await exchange(address, head)).ms);
  }
  return times;
}

/** An archive with one file of so many pieces. */
function tarOf(piece: Buffer, pieces: number): Buffer {
  const header = Buffer.alloc(512);
  header.write('in');
  header.write('0000644\0', 100);
  header.write(`${(piece.length * pieces).toString(8).padStart(11, '0')}\0`, 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, ...Array.from({ length: pieces }, () => piece), Buffer.alloc(1024)]);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}
