import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed, TestEngine } from '#testing';
import { withComposeProject } from './clients/compose-project.ts';
import { DockerApi, messageOf } from './clients/docker-api.ts';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { eventually } from './eventually.ts';
import { bedOf } from './product/bed.ts';
import { Stack } from './product/stack.ts';
import { SharedVolumeDriver } from './stand-ins/volume-driver.ts';

const seenMaxMs = 20_000;
const rounds = 2;

const project = `
services:
  web: { image: busybox, command: sleep 300, volumes: ["files:/files"], deploy: { replicas: 2 } }
  db: { image: busybox, command: sleep 300, volumes: ["rows:/rows"], networks: [default, back] }
volumes: { files: {}, rows: {} }
networks: { back: {} }
`;

/** Names of networks, volumes and images of a fleet (docs/architecture.md, Names), on three engines old and new. */
describe('names on a fleet', () => {
  let bed: Testbed;
  let engines: readonly TestEngine[];
  let stack: Stack;
  let docker: DockerCli;
  let apis: readonly [DockerApi, DockerApi];
  /** Open as long as the engines: one that misses a driver it has used asks for it for seconds. */
  let driver: SharedVolumeDriver | undefined;

  beforeAll(async () => {
    ({ bed, engines } = await bedOf('names', ['old', 'new', 'old']));
    stack = await Stack.start({ discovery: bed.nodesArgument, engines: 3, gateways: 2 });
    docker = dockerCli(stack.host(), bed.dockerConfig);
    apis = [new DockerApi(stack.url(0)), new DockerApi(stack.url(1))];
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
    driver?.close();
  });

  const engine = (index: number): TestEngine => {
    const found = engines[index];
    if (found === undefined) throw new Error(`the bed has no engine ${index}`);
    return found;
  };
  const lines = (text: string) =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .toSorted();
  const names = async (kind: 'network' | 'volume', filters: Readonly<Record<string, readonly string[]>> = {}) => {
    const body = await apis[0].wanted('GET', `/${kind}s?filters=${encodeURIComponent(JSON.stringify(filters))}`);
    const rows = (kind === 'network' ? body : (body as { Volumes: unknown }).Volumes) as { Name: string }[];
    return rows.map(({ Name }) => Name).toSorted();
  };
  const custom = (filters = {}) => names('network', { type: ['custom'], ...filters });
  const shows = (what: string, ask: () => Promise<readonly string[]>, expected: readonly string[]) =>
    eventually(`${what}: ${expected.join()}`, seenMaxMs, async () => {
      const shown = await ask();
      if (shown.join() !== expected.join()) throw new Error(`shown: ${shown.join()}`);
      return true;
    });
  const done = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await docker(...args);
    expect(code, `docker ${args.join(' ')}: ${stderr}`).toBe(0);
    return stdout.trim();
  };
  const holders = async (kind: 'network' | 'volume', name: string): Promise<string[]> => {
    const found = await Promise.all(engines.map((one) => one.docker(kind, 'ls', '--format', '{{.Name}}')));
    return engines.filter((_, index) => found[index]?.split('\n').includes(name)).map((one) => one.name);
  };

  it('takes a name that one node has in both forms', async () => {
    await engine(1).docker('network', 'create', 'solo');
    await engine(1).docker('volume', 'create', 'solo');
    await shows('networks', () => custom(), ['solo']);
    await shows('volumes', () => names('volume'), ['solo']);
    for (const name of ['solo', 'node-2/solo']) {
      expect(await custom({ name: [name] })).toEqual(['solo']);
      expect(await names('volume', { name: [name] })).toEqual(['solo']);
      expect(await done('network', 'inspect', name, '--format', '{{.Name}} {{.Scope}}')).toBe('solo local');
      expect(await done('volume', 'inspect', name, '--format', '{{.Name}} {{.Driver}}')).toBe('solo local');
      await done('run', '-d', '--name', 'web', '--network', name, '-v', `${name}:/data`, 'busybox', 'sleep', '300');
      expect(await done('inspect', 'web', '--format', '{{.Node.Name}}')).toBe('node-2');
      expect(await done('ps', '--filter', `volume=${name}`, '--filter', `network=${name}`, '--format', '{{.Names}}')).toBe(
        'node-2/web',
      );
      await done('rm', '-f', 'web');
    }
    await done('network', 'rm', 'node-2/solo');
    await done('volume', 'rm', 'node-2/solo');
    expect([await custom(), await names('volume')]).toEqual([[], []]);
  });

  it('lists names that several nodes have with their nodes, refuses them plain with the choices, takes them whole', async () => {
    for (const index of [0, 1]) {
      await engine(index).docker('network', 'create', 'app');
      await engine(index).docker('volume', 'create', 'data');
    }
    await shows('networks', () => custom(), ['node-1/app', 'node-2/app']);
    await shows('volumes', () => names('volume'), ['node-1/data', 'node-2/data']);
    expect(lines(await done('volume', 'ls', '-q'))).toEqual(['node-1/data', 'node-2/data']);
    const choices = (kind: string, name: string) =>
      `${kind} ${name} is ambiguous (2 matches found based on name): say which one is meant, node-1/${name} or node-2/${name}`;
    for (const args of [
      ['network', 'inspect', 'app'],
      ['network', 'rm', 'app'],
      ['create', '--network', 'app', 'busybox'],
    ])
      expect((await docker(...args)).stderr, args.join(' ')).toContain(choices('network', 'app'));
    for (const args of [
      ['volume', 'inspect', 'data'],
      ['volume', 'rm', 'data'],
      ['volume', 'create', 'data'],
      ['create', '-v', 'data:/data', 'busybox'],
      ['create', '--mount', 'type=volume,source=data,target=/data', 'busybox'],
    ])
      expect((await docker(...args)).stderr, args.join(' ')).toContain(choices('volume', 'data'));
    expect((await docker('network', 'create', 'app')).stderr).toContain('network with name app already exists');

    const mount = 'type=volume,source=node-2/data,target=/data';
    await done('run', '-d', '--name', 'far', '--network', 'node-2/app', '--mount', mount, 'busybox', 'sleep', '300');
    expect(await done('inspect', 'far', '--format', '{{.Node.Name}} {{(index .Mounts 0).Name}}')).toBe('node-2 data');
    await done('run', '-d', '--name', 'near', '-e', 'constraint:node==node-2', '--network', 'app', 'busybox', 'sleep', '300');
    await done('network', 'disconnect', 'node-2/app', 'near');
    const members = () => done('network', 'inspect', 'node-2/app', '--format', '{{range .Containers}}{{.Name}} {{end}}');
    expect(await members()).toBe('far');
    await done('network', 'connect', 'app', 'node-2/near');
    expect((await members()).split(' ').toSorted()).toEqual(['far', 'near']);
    expect((await docker('network', 'connect', 'node-1/app', 'near')).stderr).toContain('not found on node node-2');
    await done('rm', '-f', 'far', 'near');

    await done('network', 'rm', 'node-1/app');
    await done('volume', 'rm', 'node-1/data');
    expect([await custom(), await names('volume')]).toEqual([['app'], ['data']]);
    await done('network', 'rm', 'app');
    await done('volume', 'rm', 'data');
  });

  it('makes one object of a name, however many gateways are asked at the same time', async () => {
    const race = async (path: string, body: (name: string) => object, name: string) =>
      Promise.all([...apis, ...apis].map((api) => api.ask('POST', path, body(name))));
    for (let round = 0; round < rounds; round++) {
      const name = `race-${round}`;
      const networks = await race('/networks/create', (Name) => ({ Name, CheckDuplicate: true }), name);
      expect(networks.map(({ status }) => status).toSorted(), networks.map(messageOf).join()).toEqual([201, 409, 409, 409]);
      const volumes = await race('/volumes/create', (Name) => ({ Name }), name);
      expect(volumes.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      const mounting = await Promise.all(
        [...apis, ...apis].map((api) => api.create('', { HostConfig: { Binds: [`mounted-${name}:/data`] } })),
      );
      expect(mounting.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      for (const [kind, made] of [
        ['network', name],
        ['volume', name],
        ['volume', `mounted-${name}`],
      ] as const)
        expect(await holders(kind, made), `${kind} ${made}`).toHaveLength(1);
      expect(await names('volume', { name: [`mounted-${name}$`] })).toEqual([`mounted-${name}`]);
    }
    await done('container', 'prune', '-f');
    await done('network', 'prune', '-f');
    await done('volume', 'rm', ...(await names('volume')));
    expect([await custom(), await names('volume')]).toEqual([[], []]);
  });

  it('shows and uses predefined networks as one engine does', async () => {
    expect(await names('network', { type: ['builtin'] })).toEqual(['bridge', 'host', 'none']);
    const alone = await engine(1)
      .docker('network', 'create', 'bridge')
      .catch((error: unknown) => String(error));
    expect(alone).toContain('operation is not permitted on predefined bridge network');
    expect((await docker('network', 'create', 'bridge')).stderr).toContain(
      'operation is not permitted on predefined bridge network',
    );
    const ids = await Promise.all(
      engines.map((one) => done('run', '-d', '-e', `constraint:node==${one.name}`, 'busybox', 'sleep', '300')),
    );
    const shown = await done('network', 'inspect', 'bridge', '--format', '{{range $id, $_ := .Containers}}{{$id}} {{end}}');
    expect(shown.split(' ').toSorted()).toEqual(ids.toSorted());
    expect(await done('network', 'inspect', 'node-3/bridge', '--format', '{{len .Containers}}')).toBe('1');
    for (const network of ['host', 'none', 'node-3/host'])
      expect(await done('run', '--rm', '--network', network, 'busybox', 'echo', 'ran')).toBe('ran');
    await done('rm', '-f', ...ids);
  });

  it('merges images by their IDs, and shows of one what was asked for', async () => {
    await engine(0).docker('tag', 'busybox', 'mine:1');
    await engine(2).docker('tag', 'busybox', 'mine:2');
    const images = async (...args: readonly string[]) =>
      lines((await docker('images', '--format', '{{.Repository}}:{{.Tag}}', ...args)).stdout);
    await shows('images', images, ['busybox:latest', 'mine:1', 'mine:2']);
    expect(lines((await docker('images', '-q')).stdout).filter((id, index, all) => all.indexOf(id) === index)).toHaveLength(1);
    const alone = lines(await engine(0).docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'mine'));
    expect([alone, await images('mine')]).toEqual([['mine:1'], ['mine:1', 'mine:2']]);
    expect((await docker('rmi', 'mine:1', 'mine:2')).code).toBe(0);
    expect(await images()).toEqual(['busybox:latest']);
  });

  it('leaves nothing of a compose project after down -v', async () => {
    await withComposeProject(docker, 'shop', project, async (compose) => {
      await compose('up', '-d');
      expect(lines(await compose('ps', '--format', '{{.Service}}'))).toEqual(['db', 'web', 'web']);
      expect([await custom(), await names('volume')]).toEqual([
        ['shop_back', 'shop_default'],
        ['shop_files', 'shop_rows'],
      ]);
      await compose('down', '-v', '-t', '0');
    });
    for (const one of engines) {
      expect(await one.docker('ps', '-aq')).toBe('');
      expect(await one.docker('network', 'ls', '-q', '--filter', 'type=custom')).toBe('');
      expect(await one.docker('volume', 'ls', '-q')).toBe('');
    }
  });

  it('shows a volume of a driver that engines share once, and removes it everywhere', async () => {
    driver = await SharedVolumeDriver.open(bed.gateway);
    const write = `echo ${driver.url} > /plugins/shared.spec`;
    for (const one of engines)
      await one.docker('run', '--rm', '-v', '/etc/docker/plugins:/plugins', 'busybox', 'sh', '-c', write);
    await done('volume', 'create', '--driver', 'shared', 'films');
    for (const one of engines)
      expect(await one.docker('volume', 'inspect', 'films', '--format', '{{.Driver}}')).toMatch(/^shared/);
    await done('run', '-d', '--name', 'viewer', '-e', 'constraint:node==node-3', '-v', 'films:/films', 'busybox', 'sleep', '300');
    expect(await names('volume')).toEqual(['films']);
    expect(await names('volume', { dangling: ['true'] })).toEqual([]);
    await done('rm', '-f', 'viewer');
    await done('volume', 'rm', 'films');
    expect([await names('volume'), driver.volumes]).toEqual([[], []]);
  });

  it('goes on listing what an engine holds that does not answer', async () => {
    await done('network', 'create', 'node-3/kept');
    await done('volume', 'create', 'node-3/kept');
    await engine(2).kill();
    await eventually('node-3 is unhealthy', seenMaxMs, async () =>
      (await apis[0].statusRows()).some(([key, value]) => key.endsWith('└ Status') && value === 'Unhealthy') ? true : undefined,
    );
    expect([await custom(), await names('volume')]).toEqual([['kept'], ['kept']]);
    expect((await docker('volume', 'inspect', 'kept')).stderr).toContain('volume kept is on unhealthy node node-3');
    expect((await docker('volume', 'rm', 'kept')).stderr).toContain('volume kept is on unhealthy node node-3');
  });
});
