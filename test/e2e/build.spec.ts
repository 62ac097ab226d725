import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed, TestEngine } from '#testing';
import { engineFolders } from '../../tools/bootstrap/engine-folders.mjs';
import { BuildContexts } from './clients/build-context.ts';
import { DockerApi } from './clients/docker-api.ts';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { type Outcome, run } from './clients/run.ts';
import { eventually } from './eventually.ts';
import { bedOf } from './product/bed.ts';
import { freePort } from './product/free-port.ts';
import { Stack } from './product/stack.ts';

/** Several stages, a file of the context, a folder, and a build argument. */
const dockerfile = `
FROM scratch AS files
COPY a.txt /a.txt
FROM busybox AS app
ARG WHO=nobody
COPY --from=files /a.txt /b.txt
COPY folder /folder
RUN echo "hello $WHO" > /who
CMD ["cat", "/who", "/b.txt", "/folder/c.txt"]
FROM app AS unwanted
RUN false
`;
/** Reads a secret that must not stay in the image. */
const secretDockerfile = dockerfile.replace('RUN echo', 'RUN --mount=type=secret,id=key cat /run/secrets/key > /key; echo');

const slow = { Dockerfile: 'FROM busybox\nRUN sleep 61\n' };
const turns = 4;

function filesWith(text: string, file = dockerfile): Record<string, string> {
  return { Dockerfile: file, 'a.txt': `${text}\n`, 'folder/c.txt': 'c\n', key: 'secret\n' };
}

describe('building on a fleet of three engines, one of them old, behind two gateways', () => {
  const contexts = new BuildContexts();
  let bed: Testbed;
  let engines: TestEngine[];
  let stack: Stack;
  let docker: DockerCli;
  let there: DockerCli;
  /** Another caller: its address is not loopback. */
  let stranger: DockerCli;

  beforeAll(async () => {
    ({ bed, engines } = await bedOf('build', ['new', 'old', 'new']));
    const host = `tcp://${bed.gateway}:${await freePort(2)}`;
    stack = await Stack.start({
      discovery: bed.nodesArgument,
      gateways: 2,
      engines: 3,
      flags: ['-H', host, '--insecure-no-auth'],
    });
    [docker, there] = [dockerCli(stack.host(0), bed.dockerConfig), dockerCli(stack.host(1), bed.dockerConfig)];
    stranger = dockerCli(host, bed.dockerConfig);
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
    contexts.remove();
  });

  it('docker build: stages, context, arguments, a secret; the image runs, has its name and is known at the other gateway at once', async () => {
    const folder = contexts.of(filesWith('buildx', secretDockerfile));
    const flags = ['--build-arg', 'WHO=me', '--target', 'app', '--secret', `id=key,src=${folder}/key`];
    await done(docker.with({ cwd: folder }, 'build', '-t', 'web', ...flags, '.'));
    const id = await done(there('image', 'inspect', '-f', '{{.Id}}', 'web'));
    await done(there('tag', 'web', 'web:two'));
    expect(await done(docker('run', '--rm', 'web:two'))).toBe('hello me\nbuildx\nc');
    expect(await done(docker('images', '-q', '--no-trunc', 'web:two'))).toBe(id);
    expect(await done(docker('run', '--rm', 'web', 'cat', '/key'))).toBe('secret');
  });

  it(`is known at once, ${turns} times of ${turns}, wherever it is asked for; two callers at two gateways have their caches`, async () => {
    for (let turn = 0; turn < turns; turn++) {
      const folder = contexts.of({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: `turn ${turn}` });
      const [client, other] = turn % 2 === 0 ? [docker, there] : [stranger, docker];
      await done(client.with({ cwd: folder }, 'build', '-q', '-t', `turn-${turn}`, '.'));
      await done(other('image', 'inspect', `turn-${turn}`));
      await done(client('rmi', `turn-${turn}`));
    }
    expect(await done(docker('buildx', 'du'))).toContain('Reclaimable');
  });

  it('ten builds at a time, of two callers, each with its own files', async () => {
    const built = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const folder = contexts.of({ Dockerfile: 'FROM busybox\nCOPY a /\nCMD ["cat", "/a"]\n', a: `par-${index}` });
        const client = [docker, there, stranger][index % 3] ?? docker;
        await done(client.with({ cwd: folder }, 'build', '-q', '-t', `par-${index}`, '.'));
        return done(client('image', 'inspect', '-f', '{{index .RepoTags 0}}', `par-${index}`));
      }),
    );
    expect(built).toEqual(Array.from({ length: 10 }, (_, index) => `par-${index}:latest`));
  });

  it('the classic builder: placed by expressions, arguments without a value mean the Dockerfile’s default', async () => {
    const classic = { cwd: contexts.of(filesWith('classic')), env: { DOCKER_BUILDKIT: '0' } };
    for (const engine of engines.slice(0, 2)) {
      const flags = ['--build-arg', `constraint:node==${engine.name}`, '--build-arg', 'WHO', '--memory', '64m'];
      await done(docker.with(classic, 'build', '-t', `on-${engine.name}`, '--target', 'app', ...flags, '.'));
      expect(await engine.docker('images', '-q', `on-${engine.name}`)).not.toBe('');
    }
    expect(await done(docker('run', '--rm', `on-${engines[1]?.name}`))).toBe('hello nobody\nclassic\nc');
    const refused = await docker.with(classic, 'build', '--build-arg', 'constraint:node==nowhere', '.');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('constraint node==nowhere is not satisfied (3 engines)');
    expect(refused.stdout).not.toContain('Step');
  });

  it('images between the steps of a classic build, which no engine lists, are named by their IDs', async () => {
    const old = engines[1]?.name;
    const classic = { cwd: contexts.of({ Dockerfile: 'FROM busybox\nENV a=b\nENV c=d\n' }), env: { DOCKER_BUILDKIT: '0' } };
    await done(docker.with(classic, 'build', '-t', 'steps', '--build-arg', `constraint:node==${old}`, '.'));
    const between = await done(docker('inspect', '-f', '{{.Parent}}', 'steps'));
    expect(await done(docker('images', '-aq', '--no-trunc'))).toContain(between);
    expect(await done(docker('images', '-q', '--no-trunc'))).not.toContain(between);
    for (const id of [between, between.slice('sha256:'.length), between.slice('sha256:'.length).slice(0, 12)]) {
      expect(await done(there('image', 'inspect', '-f', '{{.Id}} {{.Config.Env}}', id))).toMatch(new RegExp(`^${between} .*a=b`));
      expect(await done(there('history', '-q', '--no-trunc', id))).toMatch(new RegExp(`^${between}`));
      expect((await there('rmi', id)).stderr).toContain('has dependent child images');
    }
    await done(docker('save', '-o', join(classic.cwd, 'between.tar'), between));
    await done(docker('tag', between, 'between'));
    expect(await done(there('images', '-q', '--no-trunc', 'between'))).toBe(between);
    await done(docker('rmi', 'between', 'steps'));
    expect((await docker('image', 'inspect', between)).stderr).toMatch(/no such image/i);
  });

  it('expressions that the builder of a BuildKit build does not satisfy fail the build with the reason and the remedy', async () => {
    const folder = contexts.of(slow);
    const refused = await docker.with({ cwd: folder }, 'build', '--build-arg', 'constraint:node==nowhere', '.');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('a BuildKit build runs on its caller’s builder');
    expect(refused.stderr).toContain('constraint node==nowhere is not satisfied');
    const fitting = contexts.of({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: 'fitting' });
    await done(docker.with({ cwd: fitting }, 'build', '--build-arg', 'constraint:node!=nowhere', '-q', '.'));
  });

  it('the docker CLI of 20.10, whose session and build come at the same time', async () => {
    const program = join(engineFolders().old, 'usr/bin/docker');
    const folder = contexts.of(filesWith('old cli'));
    const env = { ...docker.env, DOCKER_BUILDKIT: '1' };
    await done(run(program, ['build', '-t', 'old-cli', '--target', 'app', '.'], { cwd: folder, env }));
    expect(await done(docker('run', '--rm', 'old-cli'))).toBe('hello nobody\nold cli\nc');
    const outside = ['build', '--build-arg', 'constraint:node==nowhere', '-q', '.'];
    expect((await run(program, outside, { cwd: folder, env })).stderr).toContain('a BuildKit build runs on its caller’s builder');
  });

  it.each(['1', '2'])('dockerode’s buildImage with version %s', async (version) => {
    const client = new Docker({ host: '127.0.0.1', port: Number(new URL(stack.url()).port), protocol: 'http' });
    const context = { context: contexts.of(filesWith('dockerode')), src: ['Dockerfile', 'a.txt', 'folder/c.txt'] };
    const stream = await client.buildImage(context, { t: `dockerode-${version}`, version, target: 'app' } as object);
    const messages = await new Promise<object[]>((resolve, reject) => {
      client.modem.followProgress(stream, (error: Error | null, all: object[]) => (error ? reject(error) : resolve(all)));
    });
    expect(JSON.stringify(messages)).not.toContain('errorDetail');
    expect((await client.getImage(`dockerode-${version}`).inspect()).RepoTags).toContain(`dockerode-${version}:latest`);
  });

  it('compose build builds the services of a project, and prune empties every builder', async () => {
    const folder = contexts.of({
      'compose.yaml': 'services:\n  one: { build: ./one }\n  two: { build: ./two }\n',
      'one/Dockerfile': 'FROM busybox\nCOPY f /\n',
      'one/f': '1',
      'two/Dockerfile': 'FROM busybox\nCOPY f /\n',
      'two/f': '2',
    });
    await done(docker.with({ cwd: folder }, 'compose', '-p', 'shop', 'build'));
    const names = await done(there('images', '--format', '{{.Repository}}', '--filter', 'reference=shop-*'));
    expect(names.split('\n').sort()).toEqual(['shop-one', 'shop-two']);
    const api = new DockerApi(stack.url());
    expect(await api.wanted('POST', '/build/prune?all=1')).toMatchObject({ SpaceReclaimed: expect.any(Number) });
    const usage = (await api.wanted('GET', '/system/df')) as { BuildCache?: unknown[] };
    expect(usage.BuildCache ?? []).toEqual([]);
  });

  it('prints what a small build costs more than on the engine itself', async () => {
    const bare = dockerCli(`tcp://${engines[0]?.address}`, bed.dockerConfig);
    const medianMs = async (client: DockerCli, name: string) => {
      const times: number[] = [];
      for (let turn = 0; turn < 3; turn++) {
        const folder = contexts.of({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: `${name} ${turn}` });
        const startedMs = performance.now();
        await done(client.with({ cwd: folder }, 'build', '-q', '-t', `${name}-${turn}`, '.'));
        times.push(performance.now() - startedMs);
      }
      return Math.round(times.sort((left, right) => left - right)[1] ?? 0);
    };
    const [direct, through] = [await medianMs(bare, 'direct'), await medianMs(docker, 'through')];
    const figures = `${direct} ms on the engine, ${through} ms through the gateway (medians of 3)`;
    process.stdout.write(`docker build of a small context: ${figures}\n`);
    expect(through).toBeGreaterThan(0);
  });

  it('names the engine that died under a build to its client, and builds on another one next', async () => {
    const folder = contexts.of(slow);
    const clients = [docker.with({ cwd: folder }, 'build', '.'), classicBuild(folder)];
    const builder = await eventually('both builds sleep on one engine', 60_000, async () => {
      for (const engine of engines) if (Number(await engine.shell("pgrep -fc '^slee[p] 61' || true")) >= 2) return engine;
      return undefined;
    });
    await builder.kill();
    for (const { code, stdout, stderr } of await Promise.all(clients)) {
      expect(code).not.toBe(0);
      expect(`${stdout}${stderr}`).toContain(`node ${builder.name} broke off the build`);
    }
    await stack.healthyEngines(2);
    const next = contexts.of({ Dockerfile: 'FROM scratch\nCOPY a /\n', a: 'next' });
    await eventually('the engine is known to be down', 30_000, async () =>
      (await docker('node', 'inspect', '-f', '{{.Status.State}}', builder.name)).stdout.includes('down') ? true : undefined,
    );
    await done(docker.with({ cwd: next }, 'build', '-q', '-t', 'next', '.'));
    expect(await done(docker('image', 'inspect', '-f', '{{len .RepoTags}}', 'next'))).toBe('1');
  });

  function classicBuild(folder: string): Promise<Outcome> {
    return docker.with({ cwd: folder, env: { DOCKER_BUILDKIT: '0' } }, 'build', '.');
  }
});

/** Stdout of a command that went well, without its last newline. */
async function done(outcome: Promise<Outcome>): Promise<string> {
  const { code, stdout, stderr } = await outcome;
  if (code !== 0) throw new Error(`ended with ${code}: ${stderr}${stdout}`);
  return stdout.trimEnd();
}
