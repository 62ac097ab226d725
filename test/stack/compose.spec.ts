import { chownSync, copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Generation, Testbed, type TestEngine } from '#testing';
import { type DockerCli, dockerCli } from '../e2e/clients/docker-cli.ts';
import { run } from '../e2e/clients/run.ts';
import { eventually } from '../e2e/eventually.ts';
import { CreateLoad } from './create-load.ts';
import { importStandIns } from './stand-in-images.ts';

const baleen = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const port = '4375';
/** Whom the image's processes run as. */
const serviceUser = 1_000;
/** One of each kind after the other; the other ones go on. */
const restartWaves = [
  ['api-gateway-1', 'scheduler-1', 'engine-monitor-1', 'discovery-1'],
  ['nats-1'],
  ['api-gateway-2', 'scheduler-2', 'engine-monitor-2', 'discovery-2'],
];
const restartMaxMs = 120_000;
const composeMaxMs = 300_000;
const readyMaxMs = 60_000;
/** What the base images weigh here is the stand-ins' affair; above them the image holds bundles (28 MB) and the packages that they do not have within (25 MB). */
const ownBytesMax = 60_000_000;

/** Restarts under load want the machine for themselves, and all of it takes 10 minutes: `npm run test:stack`. Tests of everybody see that the stack comes up. */
const isWhole = process.env['BALEEN_LONG'] === '1';
const generations: readonly Generation[] = isWhole ? ['new', 'old'] : ['new'];

type Host = { readonly engine: TestEngine; readonly socketGroup: string; readonly docker: DockerCli; readonly fleet: DockerCli };

/** The shipped Dockerfile and docker-compose.yml, unchanged, on real engines. */
describe('the compose stack', () => {
  let bed: Testbed;
  const hosts = new Map<Generation, Host>();

  beforeAll(async () => {
    bed = await Testbed.open('stack');
    const engines = await Promise.all(generations.map((generation) => bed.engine({ generation })));
    for (const engine of engines) {
      await engine.image();
      hosts.set(engine.generation, {
        engine,
        socketGroup: String(statSync(engine.socketPath).gid),
        docker: dockerCli(`tcp://${engine.address}`, bed.dockerConfig),
        fleet: dockerCli(`tcp://${engine.ip}:${port}`, bed.dockerConfig),
      });
    }
    await importStandIns(engines);
  });

  /** What a test that failed left would fail the next one. */
  afterEach(async () => {
    for (const { docker } of hosts.values()) {
      const left = (await docker('ps', '-aq')).stdout.split('\n').filter((id) => id !== '');
      if (left.length > 0) await docker('rm', '--force', '--volumes', ...left);
      for (const kind of ['network', 'volume']) {
        const found = (await docker(kind, 'ls', '--quiet', '--filter', 'label=com.docker.compose.project')).stdout;
        const names = found.split('\n').filter((name) => name !== '');
        if (names.length > 0) await docker(kind, 'rm', ...names);
      }
    }
  });

  afterAll(async () => {
    await bed?.close();
  });

  const hostOf = (generation: Generation): Host => {
    const host = hosts.get(generation);
    if (host === undefined) throw new Error(`no ${generation} engine`);
    return host;
  };

  const succeeds = async (host: Host, env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<string> => {
    const outcome = await host.docker.with({ timeoutMs: composeMaxMs, env }, ...args);
    expect(outcome.code, `docker ${args.join(' ')}\n${outcome.stdout}\n${outcome.stderr}`).toBe(0);
    return outcome.stdout;
  };

  const compose = (host: Host, env: NodeJS.ProcessEnv, ...args: readonly string[]) =>
    succeeds(
      host,
      {
        BALEEN_ADDRESS: '0.0.0.0',
        BALEEN_PORT: port,
        BALEEN_SOCKET: '/machine/docker.sock',
        BALEEN_SOCKET_GID: host.socketGroup,
        ...env,
      },
      'compose',
      ...args,
    );

  const comesUp = async (host: Host, env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<void> => {
    try {
      await compose(host, env, 'up', '-d', '--no-build', '--wait', ...args);
    } catch (error) {
      throw new Error(`the stack did not come up:\n${(await compose(host, env, 'logs', '--tail', '30')).slice(-6_000)}`, {
        cause: error,
      });
    }
  };

  const hasHealthy = (host: Host, names: readonly string[]) =>
    eventually(`the fleet is ${names.join(' and ')}`, readyMaxMs, async () => {
      const { stdout } = await host.fleet('info');
      const healthy = stdout.match(/Status: Healthy/g)?.length;
      const whole = stdout.includes(`Nodes: ${names.length}\n`) && names.every((name) => stdout.includes(`\n  ${name}: `));
      return whole && healthy === names.length ? true : undefined;
    });

  /** The server's files in a folder that the engine has as /machine/<name>, of the services' user; resolves with the folder of clients. */
  const certificatesOn = async (engine: TestEngine, name: string, ...args: readonly string[]): Promise<string> => {
    const folder = join(dirname(engine.socketPath), name);
    for (const earlier of [folder, `${folder}-made`]) rmSync(earlier, { recursive: true, force: true });
    const made = await run(baleen, ['certs', '--out', `${folder}-made`, ...args]);
    expect(made, made.stderr).toMatchObject({ code: 0 });
    mkdirSync(folder);
    for (const file of ['ca.pem', 'server-cert.pem', 'server-key.pem']) {
      copyFileSync(join(`${folder}-made`, file), join(folder, file));
      chownSync(join(folder, file), serviceUser, serviceUser);
    }
    return join(`${folder}-made`, 'clients');
  };

  /** The example's, in a folder that the engine has as /machine/policy. */
  const policyOn = (engine: TestEngine): void => {
    const folder = join(dirname(engine.socketPath), 'policy');
    mkdirSync(folder, { recursive: true });
    copyFileSync('examples/tls-production/policy.json', join(folder, 'policy.json'));
  };

  const leftOn = async ({ engine }: Host) => ({
    containers: await engine.docker('ps', '-aq'),
    networks: await engine.docker('network', 'ls', '--quiet', '--filter', 'type=custom'),
    volumes: await engine.docker('volume', 'ls', '--quiet'),
  });

  describe.each(generations)('on a host with a %s engine', (generation) => {
    it('is one image, built by the builder of that engine', async () => {
      const host = hostOf(generation);
      const builder = { DOCKER_BUILDKIT: generation === 'old' ? '0' : '1' };
      await succeeds(host, builder, 'build', '--force-rm', '-t', 'baleen:local', '.');
      const sizeOf = async (image: string) => Number(await host.engine.docker('image', 'inspect', '-f', '{{.Size}}', image));
      expect((await sizeOf('baleen:local')) - (await sizeOf('node:24-bookworm-slim'))).toBeLessThan(ownBytesMax);
    });

    it('makes a fleet of the engine it runs on, scales, and goes without a trace', async () => {
      const host = hostOf(generation);
      await comesUp(host, {}, '--scale', 'engine-monitor=2', '--scale', 'scheduler=2');
      await hasHealthy(host, [host.engine.name]);

      const hello = await host.fleet('run', '--rm', 'busybox', 'echo', 'hello from the fleet');
      expect(hello, hello.stderr).toMatchObject({ code: 0, stdout: 'hello from the fleet\n' });
      const running = await host.fleet('ps', '--format', '{{.Names}} {{.Status}}');
      expect(running.stdout).toMatch(new RegExp(`^${host.engine.name}/baleen-api-gateway-1 Up .*\\(healthy\\)$`, 'm'));
      expect(running.stdout).toContain(`${host.engine.name}/baleen-engine-monitor-2 Up`);

      const busy = host.fleet('run', '--rm', 'busybox', 'sh', '-c', 'sleep 3; echo was not disturbed');
      for (const count of [3, 1])
        await compose(
          host,
          {},
          'up',
          '-d',
          '--no-build',
          '--no-recreate',
          '--scale',
          `engine-monitor=${count}`,
          'engine-monitor',
        );
      expect(await busy).toMatchObject({ code: 0, stdout: 'was not disturbed\n' });
      const again = await host.fleet('run', '--rm', 'busybox', 'echo', 'one monitor is left');
      expect(again, again.stderr).toMatchObject({ code: 0, stdout: 'one monitor is left\n' });

      const logs = await compose(host, {}, 'logs', '--no-color');
      expect(logs).toMatch(/^api-gateway-1 +\| .*"msg":"listening"/m);
      expect(logs).not.toMatch(/"level":"(error|fatal)"/);

      await compose(host, {}, 'down', '--volumes');
      expect(await leftOn(host)).toEqual({ containers: '', networks: '', volumes: '' });
    });
  });

  // Not skipped but left to the whole: see isWhole.
  if (!isWhole) return;

  it('production: client certificates, three nats-servers, and every service restarted under load with no failed request', async () => {
    const host = hostOf('new');
    const { engine } = host;
    const clients = await certificatesOn(engine, 'certs', '--host', engine.ip, '--client', 'ann', '--client', 'ci');
    policyOn(engine);
    const files = ['--env-file', 'examples/tls-production/stack.env', '-f', 'docker-compose.yml', '-f', 'docker-compose.ha.yml'];
    const production = (...args: readonly string[]) =>
      compose(host, { BALEEN_CERTS: '/machine/certs', BALEEN_POLICY_DIR: '/machine/policy' }, ...files, ...args);
    await production('up', '-d', '--no-build', '--wait');

    const as = (name: string) => {
      const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(clients, name) };
      return (...args: readonly string[]) => host.fleet.with({ env }, ...args);
    };
    const [ann, ci] = [as('ann'), as('ci')];
    await eventually('the engine is healthy', readyMaxMs, async () =>
      (await ann('info')).stdout.includes('Status: Healthy') ? true : undefined,
    );
    expect((await host.fleet('info')).stderr).toContain('HTTP request to an HTTPS server');
    expect((await ci('run', '--rm', '--privileged', 'busybox', 'true')).stderr).toContain('the policy refuses this: privileged');
    expect(await ci('run', '--rm', 'busybox', 'echo', 'a tenant')).toMatchObject({ code: 0, stdout: 'a tenant\n' });
    expect(await ci('ps', '--quiet')).toMatchObject({ code: 0, stdout: '' });
    const audit = await production('exec', '-T', 'api-gateway', 'cat', '/var/log/baleen/audit.log');
    expect(audit).toMatch(
      /"identity":"ci".*"reason":"the policy refuses this: privileged containers \(tenant’s containers\.privileged\)"/,
    );
    await production('up', '-d', '--no-build', '--no-recreate', '--wait', '--scale', 'engine-monitor=3', 'engine-monitor');

    const load = new CreateLoad({ host: engine.ip, port: Number(port), certificates: join(clients, 'ann') });
    for (const wave of restartWaves) {
      const names = wave.map((name) => `baleen-${name}`);
      await succeeds(host, {}, 'restart', ...names);
      await eventually(`${names.join(', ')} are healthy again`, restartMaxMs, async () => {
        const { stdout } = await host.docker('ps', '--format', '{{.Names}} {{.Status}}');
        return names.every((name) => new RegExp(`^${name} Up .*\\(healthy\\)$`, 'm').test(stdout)) ? true : undefined;
      });
    }
    const { requests, failures } = await load.stop();
    process.stdout.write(`restarted under load: ${requests} requests, ${failures.length} failed\n`);
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(50);
    await production('down', '--volumes');
    expect(await leftOn(host)).toEqual({ containers: '', networks: '', volumes: '' });
  });

  it('homelab: an engine behind an agent in a container, by a join token over TLS, until the token is revoked', async () => {
    const [home, away] = [hostOf('new'), hostOf('old')];
    await certificatesOn(home.engine, 'nats-certs', '--host', home.engine.ip, '--host', 'nats');
    const files = ['-f', 'docker-compose.yml', '-f', 'docker-compose.agents.yml'];
    const env = { BALEEN_DISCOVERY: 'nats://', BALEEN_NATS_CERTS: '/machine/nats-certs' };
    const homelab = (...args: readonly string[]) => compose(home, env, ...files, ...args);
    await homelab('up', '-d', '--no-build', '--wait');
    const keys = (...args: readonly string[]) => {
      const command = ['keys', 'dist/apps/cli/main.js', 'join-token', '--keys', '/keys', '--nats-ca', '/ca.pem', ...args];
      return homelab('run', '-T', '--rm', '--no-deps', '-v', '/machine/nats-certs/ca.pem:/ca.pem:ro', ...command);
    };
    const token = join(dirname(away.engine.socketPath), 'engine.token');
    writeFileSync(token, await keys('--nats', `tls://${home.engine.ip}:4222`), { mode: 0o400 });
    chownSync(token, serviceUser, serviceUser);
    const agent = (...args: readonly string[]) =>
      compose(away, { BALEEN_JOIN_TOKEN: '/machine/engine.token' }, '-f', 'examples/homelab/agent.compose.yml', ...args);
    await agent('up', '-d');
    await hasHealthy(home, [away.engine.name]);
    const ran = await home.fleet('run', '--rm', 'busybox', 'echo', 'far away');
    expect(ran, ran.stderr).toMatchObject({ code: 0, stdout: 'far away\n' });
    const id = /^[0-9a-f]{16}/.exec(await keys('--list'))?.[0] ?? '';
    await keys('--revoke', id, '--nats', 'tls://nats:4222');
    await eventually('the engine is cut off', readyMaxMs, async () =>
      (await home.fleet('info')).stdout.includes('its agent has not been connected') ? true : undefined,
    );
    await agent('down');
    await homelab('down', '--volumes');
    expect(await leftOn(home)).toEqual({ containers: '', networks: '', volumes: '' });
  });

  it('takes a list of engines, and a new list when it comes up again', async () => {
    const host = hostOf('new');
    const others = bed.engines.filter((engine) => engine !== host.engine);
    await comesUp(host, { BALEEN_DISCOVERY: `nodes://${others.map((engine) => engine.address).join(',')}` });
    await hasHealthy(
      host,
      others.map((engine) => engine.name),
    );
    await compose(host, {}, 'down');

    await comesUp(host, { BALEEN_DISCOVERY: bed.nodesArgument });
    await hasHealthy(
      host,
      bed.engines.map((engine) => engine.name),
    );
    for (const { name } of bed.engines) {
      const ran = await host.fleet('run', '--rm', '-e', `constraint:node==${name}`, 'busybox', 'true');
      expect(ran, `${name}: ${ran.stderr}`).toMatchObject({ code: 0 });
    }
    await compose(host, {}, 'down', '--volumes');
    expect(await leftOn(host)).toEqual({ containers: '', networks: '', volumes: '' });
  });
});
