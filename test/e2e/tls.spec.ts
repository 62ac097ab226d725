import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, type Testbed, TestCa } from '#testing';
import { dockerProgram } from '../../tools/bootstrap/engine-folders.mjs';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { type Outcome, run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { ActivatedProcess } from './product/activated-process.ts';
import { bedOf } from './product/bed.ts';
import { freePort } from './product/free-port.ts';
import { Stack } from './product/stack.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const saidMaxMs = 15_000;
/** Some reads of a megabyte each (docs/adr/0025). */
const bulkBytes = 8 * 1024 * 1024;

/** A folder as DOCKER_CERT_PATH names it. */
function clientFolder(path: string, { ca, cert, key }: Certificates): string {
  mkdirSync(path);
  for (const [name, from] of Object.entries({ ca, cert, key })) copyFileSync(from, join(path, `${name}.pem`));
  return path;
}

describe('a gateway that demands client certificates, over plain engines', () => {
  let bed: Testbed;
  let folder: string;
  /** What `baleen certs` made. */
  let certs: string;
  let clients: Record<'ours' | 'strangers' | 'none', string>;
  let stack: Stack;
  let docker: DockerCli;
  let admin: string;
  let made: string;
  /** Another fleet, started by systemd. */
  let activated: ActivatedProcess;

  const dockerAs = (certificates: string) =>
    dockerCli(stack.host(), bed.dockerConfig, { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates });
  const baleen = (env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
    run(program, args, { cwd: '/', env: { ...process.env, ...env } });

  const succeeds = (outcome: Outcome): string => {
    expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
    return outcome.stdout;
  };
  const makeCerts = (...args: readonly string[]) => baleen({}, 'certs', '--out', certs, ...args);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-tls-e2e-'));
    activated = await ActivatedProcess.start(['manage', '--gateways', '2', '-H', 'fd://', '127.0.0.1:1']);
    certs = join(folder, 'certs');
    const making = makeCerts('--client', 'ours');
    const stranger = await TestCa.create(join(folder, 'stranger'));
    ({ bed } = await bedOf('tls', ['new']));
    made = succeeds(await making);
    const ca = join(certs, 'ca.pem');
    clients = {
      ours: join(certs, 'clients', 'ours'),
      strangers: clientFolder(join(folder, 'strangers'), { ...(await stranger.issue('client', 'DNS:client')), ca }),
      none: join(folder, 'none'),
    };
    mkdirSync(clients.none);
    copyFileSync(ca, join(clients.none, 'ca.pem'));
    admin = `tcp://127.0.0.1:${await freePort()}`;
    const pair = ['--tlscert', join(certs, 'server-cert.pem'), '--tlskey', join(certs, 'server-key.pem')];
    const flags = ['--tlsverify', '--tlscacert', ca, ...pair, '--engine-tls', 'off'];
    stack = await Stack.start({ discovery: bed.nodesArgument, flags: [...flags, '--admin', admin] });
    docker = dockerAs(clients.ours);
    await eventually('manage reports the fleet', saidMaxMs, () => stack.stderr.includes('baleen: ready') || undefined);
  });

  afterAll(async () => {
    await Promise.all([activated?.stop(), stack?.stop()]);
    await bed?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says how clients reach it, and `baleen certs` did', () => {
    expect(made).toContain(`--tlsverify --tlscacert ${certs}/ca.pem --tlscert ${certs}/server-cert.pem`);
    expect(made).toContain(`tcp://127.0.0.1:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=${clients.ours}\n`);
    expect(made).toContain('baleen manage -H tcp://127.0.0.1:2376 --tlsverify');
    expect(stack.stdout).toBe(`export DOCKER_HOST=${stack.host()}\nexport DOCKER_TLS_VERIFY=1\n`);
    expect(stack.stderr).toContain('engines: 1 of 1 healthy');
    expect(stack.stderr).toContain('clients need DOCKER_CERT_PATH');
    expect(stack.stderr).toContain(`export DOCKER_HOST=${stack.host()} DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=…\n`);
    expect(stack.stderr).toContain(`dashboard       ${admin.replace('tcp', 'https')}/\n`);
  });

  it('carries sessions, whose input may end before their output, logs, and files both ways', async () => {
    expect(succeeds(await docker('run', '--rm', 'busybox', 'echo', 'hello'))).toBe('hello\n');
    const script = 'cat; sleep 0.3; echo late; exit 3';
    const early = await docker.with({ input: 'early\n' }, 'run', '--rm', '-i', 'busybox', 'sh', '-c', script);
    expect(early).toMatchObject({ code: 3, stdout: 'early\nlate\n' });

    succeeds(await docker('run', '-d', '--name', 'box', 'busybox', 'sh', '-c', 'echo started; sleep 600'));
    const much = Buffer.alloc(2 * 1024 * 1024, 'x');
    expect(succeeds(await docker.with({ input: much }, 'exec', '-i', 'box', 'wc', '-c'))).toBe(`${much.length}\n`);
    expect(succeeds(await docker.onTerminal('docker exec -it box tty'))).toContain('/dev/pts/');
    expect(succeeds(await docker('logs', 'box'))).toBe('started\n');

    const bulk = join(folder, 'bulk');
    writeFileSync(bulk, Buffer.alloc(bulkBytes, 'bulk of many lines\n'));
    const sum = async (path: string) => (await run('md5sum', [path])).stdout.split(' ')[0];
    succeeds(await docker('cp', bulk, 'box:/bulk'));
    succeeds(await docker('cp', 'box:/bulk', `${bulk}-back`));
    expect(succeeds(await docker('exec', 'box', 'md5sum', '/bulk'))).toContain(await sum(bulk));
    expect(await sum(`${bulk}-back`)).toBe(await sum(bulk));
  });

  it('builds', async () => {
    const context = join(folder, 'context');
    mkdirSync(context);
    writeFileSync(join(context, 'Dockerfile'), 'FROM busybox\nCOPY Dockerfile /copied\nRUN cat /copied\n');
    succeeds(await docker('build', '-t', 'tls-built', context));
    expect(succeeds(await docker('run', '--rm', 'tls-built', 'head', '-1', '/copied'))).toBe('FROM busybox\n');
  });

  it('refuses whoever has no certificate or a stranger’s, speaks an old TLS, or none, and says so', async () => {
    const [strange, without, plain] = await Promise.all([
      dockerAs(clients.strangers)('ps'),
      dockerAs(clients.none)('ps'),
      dockerCli(stack.host(), bed.dockerConfig)('ps'),
    ]);
    expect(strange).toMatchObject({ code: 1, stdout: '' });
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('certificate required') });
    expect(plain).toMatchObject({ code: 1, stderr: expect.stringContaining('Client sent an HTTP request to an HTTPS server') });
    const old = ['s_client', '-connect', stack.host().slice('tcp://'.length), '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'];
    expect((await run('openssl', old)).stderr).toContain('alert protocol version');
    await eventually('it is logged', saidMaxMs, () => /TLS client refused/.test(stack.stderr) || undefined);
    expect(stack.stderr).not.toContain('PRIVATE KEY');
  });

  it('answers operators, and `baleen` itself, only with a certificate', async () => {
    const own = { DOCKER_HOST: stack.host(), DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: clients.ours };
    const files = ['ca', 'cert', 'key'].flatMap((name) => [
      `--tls${name === 'ca' ? 'cacert' : name}`,
      join(clients.ours, `${name}.pem`),
    ]);
    const [nodes, explained, token, without, plain] = await Promise.all([
      baleen(own, 'nodes'),
      baleen({}, 'explain', '--tlsverify', ...files, '-H', stack.host(), 'box'),
      baleen(own, 'create', '--admin', admin),
      baleen({ ...own, DOCKER_CERT_PATH: clients.none }, 'create', '--admin', admin),
      baleen({ DOCKER_HOST: stack.host() }, 'nodes'),
    ]);
    expect(succeeds(nodes)).toContain('healthy');
    expect(succeeds(explained)).toContain('chosen: ');
    expect(succeeds(token)).toMatch(/^[0-9a-f]{32}\n$/);
    const options = ['kv.cacertfile=ca.pem', 'kv.certfile=cert.pem', 'kv.keyfile=key.pem'].flatMap((option) => [
      '--discovery-opt',
      option.replace('=', `=${clients.ours}/`),
    ]);
    const service = `token://${admin.slice('tcp://'.length)}/${token.stdout.trim()}`;
    expect(token.stderr).toContain(service);
    expect(await baleen({}, 'list', ...options, service)).toMatchObject({ code: 0, stdout: '' });
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining(`TLS with the gateway at ${admin} failed`) });
    expect(plain).toMatchObject({ code: 1, stderr: expect.stringContaining('speaks TLS: give --tlsverify') });
  });

  it('takes a renewed certificate under a running `docker logs -f`', async () => {
    succeeds(await docker('run', '-d', '--name', 'talker', 'busybox', 'sh', '-c', 'while sleep 0.2; do date +%s%N; done'));
    const follower = spawn(dockerProgram(), ['logs', '-f', 'talker'], { env: docker.env, stdio: ['ignore', 'pipe', 'inherit'] });
    let lines = 0;
    follower.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString().split('\n').length - 1;
    });
    const more = (what: string) => {
      const from = lines;
      return eventually(what, saidMaxMs, () => (lines > from + 2 ? true : undefined));
    };
    await more('the first lines');
    const fingerprint = async () => {
      const shown = await run('openssl', ['s_client', '-connect', stack.host().slice('tcp://'.length), '-showcerts']);
      return /-----BEGIN CERTIFICATE-----[^-]+/.exec(shown.stdout)?.[0];
    };
    const before = await fingerprint();
    for (const name of ['cert', 'key']) rmSync(join(certs, `server-${name}.pem`));
    succeeds(await makeCerts());
    await eventually('the new certificate', saidMaxMs, async () => ((await fingerprint()) === before ? undefined : true));
    expect(succeeds(await docker('ps', '-q', '--filter', 'name=talker'))).not.toBe('');
    await more('lines after the renewal');
    expect(follower.exitCode).toBeNull();
    const gone = new Promise((resolve) => follower.once('exit', resolve));
    succeeds(await docker('rm', '-f', 'talker'));
    await gone;
  });

  it('is reached by sockets of systemd, which all gateways get', async () => {
    const started = () => activated.stderr.match(/INFO: api-gateway-\w+ started/g)?.length ?? 0;
    await eventually('both gateways run', saidMaxMs, () => (started() === 2 ? true : undefined));
    const answers = [1, 2, 3, 4].map(() =>
      fetch(`http://127.0.0.1:${activated.port}/_ping`, { headers: { connection: 'close' } }),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});
