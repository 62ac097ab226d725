import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { breakOff } from '#docker-api';
import type { EndpointConfig } from '#endpoint';
import { silentLogger } from '#service-shell';
import { type Certificates, ManualClock, TestCa } from '#testing';
import { open } from '../access/access-rule.ts';
import { RawPeer } from '../relay/raw-peers.builders.ts';
import { openTinyGateway, type TinyGateway } from '../relay/tiny-gateway.builders.ts';
import { EndpointTls } from './endpoint-tls.ts';
import type { Route } from './router.ts';

const routes = (): Route[] => [
  {
    method: 'GET',
    path: '/who',
    semantics: 'local',
    access: open,
    handle: (exchange) => exchange.respond(200, { caller: exchange.caller }),
  },
  {
    method: 'POST',
    path: '/session',
    semantics: 'local',
    access: open,
    hijack: true,
    handle: (exchange) => {
      const socket = exchange.takeSocket();
      socket.write('begun ');
      // Standard input ends before the output does.
      socket.on('data', (chunk: Buffer) => void socket.write(chunk)).once('end', () => socket.end('after the end'));
    },
  },
  {
    method: 'POST',
    path: '/broken',
    semantics: 'local',
    access: open,
    hijack: true,
    handle: (exchange) => {
      const socket = exchange.takeSocket();
      socket.write('begun', () => breakOff(socket));
    },
  },
];
const names = 'IP:127.0.0.1';

describe('a TLS endpoint', () => {
  let folder: string;
  let authority: TestCa;
  let stranger: TestCa;
  let [ours, theirs]: (Certificates | undefined)[] = [];
  let live: Certificates;
  let clock: ManualClock;
  let lines: string[];
  let tls: EndpointTls;
  let gateway: TinyGateway;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'endpoint-tls-spec-'));
    [authority, stranger] = await Promise.all([TestCa.create(join(folder, 'ours')), TestCa.create(join(folder, 'theirs'))]);
    [ours, theirs] = [await authority.issue('one', names), await stranger.issue('one', names)];
    mkdirSync(join(folder, 'live'));
    const at = (name: string) => join(folder, 'live', name);
    live = { ca: at('ca.pem'), cert: at('cert.pem'), key: at('key.pem') };
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const install = (from: Certificates | undefined, files: readonly (keyof Certificates)[] = ['ca', 'cert', 'key']) => {
    for (const name of files) copyFileSync(from![name], live[name]);
  };
  const serve = async (mode: EndpointConfig['tls'] = 'verify') => {
    const config = {
      tls: mode,
      tlsCaFile: live.ca,
      tlsCertFile: live.cert,
      tlsKeyFile: live.key,
      insecureNoAuth: false,
      auditReads: false,
    };
    clock = new ManualClock();
    lines = [];
    tls = EndpointTls.open(config, { clock, logger: pino({ level: 'info' }, { write: (line) => lines.push(line) }) })!;
    gateway = await openTinyGateway([], { routes, tls });
  };
  beforeEach(() => install(ours));
  afterEach(async () => {
    tls.stop();
    await gateway.close();
  });

  const client = (files: Partial<Certificates> | undefined, more: ConnectionOptions = {}): ConnectionOptions => ({
    host: '127.0.0.1',
    port: gateway.port,
    ca: readFileSync(files?.ca ?? ours!.ca),
    ...(files?.cert && files.key && { cert: readFileSync(files.cert), key: readFileSync(files.key) }),
    ...more,
  });
  const ask = (options: ConnectionOptions): Promise<{ body: string; issuer: string }> =>
    new Promise((resolve, reject) => {
      const asked = request({ ...options, path: '/who', agent: false }, (response) => {
        const issuer = (response.socket as TLSSocket).getPeerCertificate().fingerprint256;
        response.setEncoding('utf8').on('data', (body: string) => resolve({ body, issuer }));
      });
      asked.on('error', reject).end();
    });
  /** A changed file is read when it has stood still for a look. */
  const lookTwice = () => clock.advance(2_000);

  it('takes clients with a certificate of its CA, and knows them by it', async () => {
    await serve();
    expect((await ask(client(ours))).body).toMatch(/"certificate ([0-9A-F]{2}:){31}[0-9A-F]{2}"/);
  });

  it.each<[string, () => ConnectionOptions, RegExp]>([
    ['without a certificate', () => client({}), /alert certificate required/],
    ['with a stranger’s', () => client({ ...theirs, ca: ours!.ca }), /hang up/],
    ['with a stranger’s, in TLS 1.2', () => client({ ...theirs, ca: ours!.ca }, { maxVersion: 'TLSv1.2' }), /disconnected/],
    [
      'of TLS 1.1',
      () => client(ours, { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }),
      /protocol version/,
    ],
    ['that speaks only HTTP/2', () => client(ours, { ALPNProtocols: ['h2'] }), /no application protocol/],
  ])('refuses a client %s', async (_, options, reason) => {
    await serve();
    await expect(ask(options())).rejects.toThrow(reason);
  });

  it('takes anybody without --tlsverify', async () => {
    await serve('tls');
    expect((await ask(client({}))).body).toContain('"127.0.0.1"');
  });

  it('tells a client without TLS what is the matter', async () => {
    await serve();
    const plain = new RawPeer(connectPlain(gateway.port, '127.0.0.1'));
    plain.send('GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n');
    await plain.has('Client sent an HTTP request to an HTTPS server.\n');
    expect(plain.received).toMatch(/^HTTP\/1\.0 400 Bad Request\r\n/);
  });

  it('carries a session whose input ends before its output', async () => {
    await serve();
    // Node takes `allowHalfOpen`; its types do not know.
    const options: ConnectionOptions & { allowHalfOpen: boolean } = { ...client(ours), allowHalfOpen: true };
    const socket = connect(options);
    const received: Buffer[] = [];
    const ended = new Promise((resolve) => socket.on('data', (chunk) => received.push(chunk)).once('end', resolve));
    socket.write('POST /session HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n');
    socket.end('input ');
    await ended;
    expect(Buffer.concat(received).toString()).toBe('begun input after the end');
  });

  it('breaks a session off so that nobody takes it for its end', async () => {
    await serve();
    const socket = connect(client(ours));
    const outcome = new Promise((resolve) => socket.once('end', () => resolve('an end')).once('error', resolve));
    socket.resume().write('POST /broken HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n');
    expect(await outcome).toMatchObject({ code: 'ECONNRESET' });
  });

  it('waits for nobody who has asked nothing when it closes', async () => {
    await serve();
    const closing = await openTinyGateway([], { routes, tls, clock: new ManualClock() });
    const silent = connect(client(ours, { port: closing.port }));
    const gone = new Promise((resolve) => silent.once('close', () => resolve('closed')).once('error', () => undefined));
    await new Promise((resolve) => silent.once('secureConnect', resolve));
    // In TLS 1.3 the client is through before the server is.
    await new Promise((resolve) => silent.once('session', resolve));
    await closing.close();
    expect(await gone).toBe('closed');
  });

  it('uses renewed certificates from the next connection on, and leaves those that stand alone', async () => {
    await serve();
    const before = await ask(client(ours));
    const standing = connect(client(ours));
    await new Promise((resolve) => standing.once('secureConnect', resolve));
    install(await authority.issue('renewed', names));
    lookTwice();
    const after = await ask(client(ours));
    expect(after.issuer).not.toBe(before.issuer);
    const answered = new Promise<string>((resolve) => standing.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    standing.write('GET /who HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await answered).toContain('200 OK');
    standing.destroy();
    install(theirs);
    lookTwice();
    await expect(ask(client({ ...ours, ca: theirs!.ca }))).rejects.toThrow(/./);
    expect((await ask(client(theirs))).body).toContain('certificate');
    expect(lines.filter((line) => line.includes('certificates were read anew'))).toHaveLength(2);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('resumes no %s session of a CA that it takes no longer', async (version) => {
    await serve();
    const before = connect(client(ours, { minVersion: version, maxVersion: version }));
    const session = await new Promise<Buffer>((resolve) => before.once('session', resolve));
    before.destroy();
    const isResumed = () =>
      new Promise((resolve) => {
        const again = connect(
          client(ours, { session, ca: [readFileSync(ours!.ca), readFileSync(theirs!.ca)], maxVersion: version }),
        );
        // In TLS 1.3 the client is through before the server has judged it: an answer tells.
        again.write('GET /who HTTP/1.1\r\nHost: x\r\n\r\n');
        again.once('data', () => resolve(again.isSessionReused())).once('close', () => resolve('refused'));
        again.once('error', () => undefined);
      });
    expect(await isResumed()).toBe(true);
    install(theirs);
    lookTwice();
    expect(await isResumed()).toBe('refused');
  });

  it('keeps the certificates it has when new ones are broken, and says so once', async () => {
    await serve();
    writeFileSync(live.cert, 'half a certifica');
    for (let look = 0; look < 5; look++) clock.advance(1_000);
    expect((await ask(client(ours))).body).toContain('certificate');
    expect(lines.filter((line) => line.includes("Couldn't load X509 key pair") && line.includes(live.cert))).toHaveLength(1);
    install(theirs, ['cert']);
    lookTwice();
    expect(lines.at(-1)).toMatch(/mismatch/);
    install(theirs);
    lookTwice();
    expect((await ask(client(theirs))).body).toContain('certificate');
    rmSync(live.ca);
    lookTwice();
    expect((await ask(client(theirs))).body).toContain('certificate');
    expect(lines.at(-1)).toContain("Couldn't read CA certificate");
  });

  it('does not start with files that cannot be used', async () => {
    await serve();
    const config = { tls: 'verify', tlsCaFile: live.ca, tlsCertFile: live.cert, tlsKeyFile: theirs!.key } as const;
    const open = () =>
      EndpointTls.open({ ...config, insecureNoAuth: false, auditReads: false }, { clock, logger: silentLogger() });
    expect(open).toThrow(/^Couldn't load X509 key pair \(.*cert\.pem, .*one-key\.pem\): .*mismatch\. Key encrypted\?$/);
  });
});
