import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient, type EngineTransportConfig, openEngineTransport, readIdentity } from '#docker-api';
import { silentLogger, systemClock } from '#service-shell';
import { type Certificates, type Generation, Testbed, TestCa, type TestEngine, whyNoEngines } from '#testing';
import { engineTarget, openTinyGateway } from '../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { otherRoutes, run, windows } from './relayed/relayed-api.ts';

const timeoutMs = 10_000;
const generations: readonly Generation[] = ['old', 'new'];
const json = { 'content-type': 'application/json' };

describe.skipIf(whyNoEngines() !== undefined)('TLS to engines', () => {
  let bed: Testbed;
  let folder: string;
  let authority: TestCa;
  let stranger: TestCa;
  /** The client certificate that the engines take. */
  let ours: Certificates;
  const engines = new Map<Generation, TestEngine>();
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-tls-spec-'));
    [authority, stranger] = await Promise.all([TestCa.create(join(folder, 'fleet')), TestCa.create(join(folder, 'stranger'))]);
    ours = await authority.issue('client', 'DNS:client');
    bed = await Testbed.open('tls-spec');
    const certificates = [];
    for (const [index, generation] of generations.entries()) {
      const ip = bed.subnet.replace(/0\/24$/, String(11 + index));
      certificates.push(await authority.issue(`server-${generation}`, `IP:${ip},DNS:localhost`));
    }
    // Their numbers, hence their addresses, are those of the calls.
    const booted = certificates.map((tls, index) => bed.engine({ generation: generations[index] ?? 'old', tls }));
    for (const engine of await Promise.all(booted)) {
      await engine.image();
      engines.set(engine.generation, engine);
    }
  });

  afterAll(async () => {
    for (const close of closers.splice(0)) await close();
    await bed?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const engineOf = (generation: Generation): TestEngine => {
    const engine = engines.get(generation);
    if (engine === undefined) throw new Error(`no ${generation} engine`);
    return engine;
  };
  const fleet = (files: Partial<Certificates> = ours): EngineTransportConfig => ({
    engineTls: 'verify',
    engineTlsCaFile: files.ca,
    engineTlsCertFile: files.cert,
    engineTlsKeyFile: files.key,
  });
  const open = (config: EngineTransportConfig, logger = silentLogger()) => {
    const transport = openEngineTransport(config, { clock: systemClock, logger });
    closers.push(() => transport.close());
    return transport;
  };
  const clientOf = (address: string, config: EngineTransportConfig, logger = silentLogger()) => {
    const client = new EngineClient({ address, transport: open(config, logger) });
    closers.push(() => client.close());
    return client;
  };
  const ping = async (client: EngineClient) => {
    const { status } = await client.request({ method: 'GET', path: '/_ping', timeoutMs });
    return status;
  };
  /** A server on loopback that stands for an engine with this certificate. */
  const serve = async (options: TlsOptions | 'plain'): Promise<string> => {
    const server: Server | ReturnType<typeof createTlsServer> =
      options === 'plain'
        ? createServer((_request, response) => response.end('OK'))
        : createTlsServer(options, (socket) =>
            socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK').on('error', () => socket.destroy()),
          );
    server.on('tlsClientError', (_error, socket: { destroy(): void }) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => server.close());
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  describe.each<Generation>(['old', 'new'])('%s', (generation) => {
    it('makes a container of an engine that asks for our certificate', async () => {
      const { address } = engineOf(generation);
      const client = clientOf(address, fleet());
      const body = JSON.stringify({ Image: 'busybox', Cmd: ['true'] });
      const created = await client.request({ method: 'POST', path: '/containers/create', headers: json, body, timeoutMs });
      expect(created.status).toBe(201);
      const { identity } = await readIdentity(client, Date.now, timeoutMs);
      expect(identity).toMatchObject({ name: engineOf(generation).name, ip: engineOf(generation).ip });
    });

    it('speaks TLS to one listed as tls:// though the fleet does not', async () => {
      const client = clientOf(`tls://${engineOf(generation).address}`, { ...fleet(), engineTls: 'off' });
      expect(await ping(client)).toBe(200);
    });

    it('carries a session whose input ends before its output, through the gateway', async () => {
      const engine = engineOf(generation);
      const target = engineTarget(engine.address, { node: engine.name, ...windows[generation] });
      const routes = (caller: Parameters<typeof otherRoutes>[0]) => otherRoutes(caller, target);
      const gateway = await openTinyGateway([target], { routes, transport: open(fleet()) });
      closers.push(() => gateway.close());
      const environment = { ...process.env, DOCKER_HOST: `tcp://${gateway.address}`, DOCKER_CONFIG: bed.dockerConfig };
      const script = 'cat; sleep 0.3; echo late; exit 3';
      const outcome = await run('docker', ['run', '--rm', '-i', 'busybox', 'sh', '-c', script], environment, 'early\n');
      expect(outcome).toEqual({ stdout: 'early\nlate\n', stderr: '', exitCode: 3 });
      const much = 'x'.repeat(4 * 1024 * 1024);
      const counted = await run('docker', ['run', '--rm', '-i', 'busybox', 'wc', '-c'], environment, much);
      expect(counted.stdout.trim()).toBe(String(much.length));
    });

    it('says what is wrong with certificates, and with the lack of them', async () => {
      const { address } = engineOf(generation);
      const theirs = await stranger.issue(`client-${generation}`, 'DNS:client');
      const cases: [EngineTransportConfig, RegExp][] = [
        [fleet({ ...ours, ca: stranger.ca }), /signed by an unknown CA: give its CA certificate with --tlscacert/],
        [fleet({ ca: ours.ca }), /wants a client certificate .* give one with --tlscert/],
        [fleet({ ...theirs, ca: ours.ca }), /wants a client certificate/],
      ];
      for (const [config, reason] of cases) {
        await expect(ping(clientOf(address, config))).rejects.toMatchObject({
          code: 'engine/unreachable',
          message: expect.stringMatching(reason),
          details: { kind: 'tls', sent: false },
        });
      }
      const identified = readIdentity(clientOf(address, { engineTls: 'off' }), Date.now, timeoutMs);
      await expect(identified).rejects.toMatchObject({
        code: 'engine/bad-answer',
        message: expect.stringContaining(`tls://${address}`),
      });
    });
  });

  it('uses the files of an engine’s own folder instead of the fleet’s, from the moment they are there', async () => {
    const engineTlsDir = join(folder, 'per-engine');
    mkdirSync(engineTlsDir);
    const { address, ip } = engineOf('old');
    const client = clientOf(address, { ...fleet({ ca: stranger.ca }), engineTlsDir });
    await expect(ping(client)).rejects.toThrow('unknown CA');
    mkdirSync(join(engineTlsDir, ip));
    for (const [name, path] of Object.entries(ours)) copyFileSync(path, join(engineTlsDir, ip, `${name}.pem`));
    expect(await ping(client)).toBe(200);
  });

  it('reads files again when they change, and keeps the ones before when they are broken', async () => {
    const live = join(folder, 'live');
    mkdirSync(live);
    const files = { ca: join(live, 'ca.pem'), cert: join(live, 'cert.pem'), key: join(live, 'key.pem') };
    const install = (from: Certificates) => {
      for (const name of ['ca', 'cert', 'key'] as const) copyFileSync(from[name], files[name]);
    };
    install(ours);
    const lines: string[] = [];
    const transport = open(fleet(files), pino({ level: 'info' }, { write: (line) => lines.push(line) }));
    const { address } = engineOf('new');
    const pingAnew = async () => {
      const client = new EngineClient({ address, transport });
      return await ping(client).finally(() => client.close());
    };
    expect(await pingAnew()).toBe(200);
    writeFileSync(files.cert, 'half a certifica');
    expect(await pingAnew()).toBe(200);
    expect(await pingAnew()).toBe(200);
    expect(lines.filter((line) => line.includes('cannot be used') && line.includes(files.cert))).toHaveLength(1);
    install(await stranger.issue('wrong', 'DNS:client'));
    await expect(pingAnew()).rejects.toThrow('unknown CA');
    install(await authority.issue('renewed', 'DNS:client'));
    expect(await pingAnew()).toBe(200);
  });

  it('says that a certificate has expired, is for another name, or that nobody speaks TLS there', async () => {
    const server = (certificates: Certificates) =>
      import('node:fs').then(({ readFileSync }) => ({
        cert: readFileSync(certificates.cert),
        key: readFileSync(certificates.key),
      }));
    const cases: [string, RegExp][] = [
      [
        await serve(await server(await authority.issue('expired', 'IP:127.0.0.1', { days: -1 }))),
        /certificate has expired: give the daemon a new one/,
      ],
      [await serve(await server(await authority.issue('named', 'DNS:elsewhere'))), /not for 127\.0\.0\.1 but for DNS:elsewhere/],
      [await serve('plain'), /speaks no TLS/],
    ];
    for (const [address, reason] of cases) await expect(ping(clientOf(address, fleet()))).rejects.toThrow(reason);
    const trusting = { ...fleet(), engineTls: 'unverified' } as const;
    expect(await ping(clientOf(await serve(await server(await stranger.issue('unchecked', 'DNS:any'))), trusting))).toBe(200);
  });
});
