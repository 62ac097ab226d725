import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { openNatsLog } from '#cluster-log';
import { findNatsServer } from '#embedded-nats';
import { systemClock } from '#service-shell';
import { TestCa } from '#testing';
import { run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { freePort } from './product/free-port.ts';
import { Stack } from './product/stack.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const nowhere = 'tcp://127.0.0.1:1';
const saidMaxMs = 30_000;
const baleen = (...args: readonly string[]) => run(program, args, { cwd: '/' });
const doctor = (...args: readonly string[]) => baleen('doctor', ...args);

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Greets clients as a nats-server of this version. */
async function natsOf(version: string): Promise<string> {
  const greeting = { server_id: 'X', version, proto: 1, headers: true, jetstream: true, max_payload: 1_048_576 };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', () => socket.write('PONG\r\n'));
    socket.write(`INFO ${JSON.stringify(greeting)}\r\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  undo.push(() => server.close());
  return `nats://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A real nats-server that may store so much, on a disk that holds so much. */
async function natsWithRoomFor({ storeMb, diskMb }: { readonly storeMb: number; readonly diskMb: number }): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'baleen-doctor-'));
  const [port, config, disk] = [await freePort(), join(dir, 'nats.conf'), join(dir, 'disk')];
  mkdirSync(disk);
  writeFileSync(config, `listen: "127.0.0.1:${port}"\njetstream { store_dir: "${disk}", max_file_store: ${storeMb}MB }\n`);
  const ofItsOwn = `mount -t tmpfs -o size=${diskMb}m tmpfs ${disk} && exec ${findNatsServer()} -c ${config}`;
  const server = spawn('unshare', ['--mount', 'sh', '-c', ofItsOwn], { stdio: 'ignore' });
  undo.push(async () => {
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
    rmSync(dir, { recursive: true, force: true });
  });
  return `nats://127.0.0.1:${port}`;
}

async function fill(url: string): Promise<void> {
  const connection = await connectNats({ url, name: 'filler', clock: systemClock });
  const log = await openNatsLog({ connection, cluster: 'default', storage: 'file', replicas: 1, clock: systemClock });
  const full = async () => {
    for (let record = 0; ; record++) await log.append(`node.filler-${record}`, Buffer.alloc(100_000, 'x'));
  };
  await expect(full()).rejects.toMatchObject({ code: 'cluster/unavailable' });
  await connection.close();
}

describe('baleen doctor without a fleet', () => {
  it('says that no gateway answers', async () => {
    const outcome = await doctor('-H', nowhere);
    expect(outcome).toMatchObject({ code: 1, stderr: '' });
    expect(outcome.stdout).toMatch(/^PROBLEM no gateway at tcp:\/\/127.0.0.1:1: .*ECONNREFUSED.*\n {8}→ start one/m);
  });

  it('says that a NATS is too old', async () => {
    const { code, stdout } = await doctor('-H', nowhere, '--nats', await natsOf('2.10.1'));
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^PROBLEM NATS, asked directly: nats-server 2\.10\.1 is too old: install 2\.12 or newer.*\n {8}→ install a newer nats-server/m,
    );
  });

  it('need not be asked of a NATS that is too old: manage says so in one line and ends', async () => {
    const { code, stderr } = await baleen('manage', '-H', 'tcp://127.0.0.1:0', '--nats', await natsOf('2.10.1'), '127.0.0.1:1');
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('nats-server 2.10.1 is too old') });
    expect(stderr).not.toMatch(/starting it again|at checkVersion/);
  });

  it('says that no NATS answers', async () => {
    const { stdout } = await doctor('-H', nowhere, '--nats', 'nats://127.0.0.1:1');
    expect(stdout).toMatch(/^PROBLEM NATS, asked directly: no nats-server answers at .*\n {8}→ check that nats-server runs/m);
  });

  it.each([
    [
      'the storage that NATS may take',
      { storeMb: 1, diskMb: 8 },
      /^PROBLEM NATS, asked directly: .*\n {8}→ free disk space under the store_dir/m,
    ],
    [
      'the disk of NATS',
      { storeMb: 100, diskMb: 2 },
      /; reads are answered\n {8}→ its log says why: where its disk is full, free space under its store_dir .* and start it again/m,
    ],
  ])('says that %s is full', async (_, room, advice) => {
    const url = await natsWithRoomFor(room);
    await fill(url);
    const { code, stdout } = await doctor('-H', nowhere, '--nats', url);
    expect(code).toBe(1);
    expect(stdout).toMatch(advice);
  });
});

describe('baleen doctor on a fleet with engines that cannot be reached', () => {
  let folder: string;
  let stack: Stack;
  let stop: () => unknown;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-doctor-'));
    const [ours, theirs] = [await TestCa.create(join(folder, 'ours')), await TestCa.create(join(folder, 'theirs'))];
    const { cert, key } = await theirs.issue('engine', 'IP:127.0.0.1');
    const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) });
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    stop = () => server.close();
    const client = await ours.issue('client', 'DNS:client');
    const flags = [
      '--engine-tls',
      'verify',
      '--engine-tlscacert',
      client.ca,
      '--engine-tlscert',
      client.cert,
      '--engine-tlskey',
      client.key,
    ];
    const port = (server.address() as AddressInfo).port;
    stack = await Stack.start({ discovery: `127.0.0.1:1,127.0.0.1:${port}`, flags });
  });

  afterAll(async () => {
    await stack?.stop();
    stop?.();
    rmSync(folder, { recursive: true, force: true });
  });

  it('names each with its reason and what to do', async () => {
    const { stdout } = await eventually('both have failed', saidMaxMs, async () => {
      const said = await doctor('-H', stack.host());
      return /unknown CA/.test(said.stdout) && /refused/.test(said.stdout) ? said : undefined;
    });
    expect(stdout).toMatch(/^ok {6}the gateway at .* answers: Baleen/m);
    expect(stdout).toMatch(/^ok {6}NATS, as the gateway sees it: nats-server 2\.\d+/m);
    expect(stdout).toMatch(/^ok {6}the scheduler scheduler-\S+ leads$/m);
    expect(stdout).toMatch(/^PROBLEM 127.0.0.1:1 is pending: .*refused.*\n {8}→ start dockerd there/m);
    expect(stdout).toMatch(/^PROBLEM 127.0.0.1:\d+ is pending: .*unknown CA.*\n {8}→ check the CA and key pair/m);
  });

  it('has a short answer for who asks for the status', async () => {
    const { code, stdout } = await baleen('status', '-H', stack.host());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cluster {5}default\ngateway {5}api-gateway-\S+, Baleen .*, ready\nnats {8}nats-server 2/);
    expect(stdout).toMatch(/^engines {5}2 pending$/m);
  });
});
