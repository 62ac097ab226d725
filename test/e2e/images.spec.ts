import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed, TestEngine, TestRegistry } from '#testing';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { run } from './clients/run.ts';
import { bedOf } from './product/bed.ts';
import { costOf } from './product/process-cost.ts';
import { Stack } from './product/stack.ts';

/** A bigger image, and a pull to compare with; for the figures of docs/adr/0017. */
const isLong = process.env['BALEEN_LONG'] !== undefined;

const bigTestMs = isLong ? 1_200_000 : 180_000;

/** Images that live where they were made, and get where they are wanted. */
describe('images on a fleet', () => {
  let bed: Testbed;
  let engines: TestEngine[];
  let registry: TestRegistry;
  let stack: Stack;
  let docker: DockerCli;
  let folder: string;

  beforeAll(async () => {
    ({ bed, engines } = await bedOf('images', ['old', 'new', 'new']));
    registry = await bed.registry();
    stack = await Stack.start({ discovery: bed.nodesArgument, engines: 3 });
    docker = dockerCli(stack.host(), bed.dockerConfig);
    folder = bed.dockerConfig;
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
  });

  const ok = async (...args: string[]) => {
    const outcome = await docker.with({ timeoutMs: bigTestMs }, ...args);
    expect(outcome.code, `docker ${args.join(' ')}: ${outcome.stderr}`).toBe(0);
    return outcome.stdout.trim();
  };
  const at = (index: number): TestEngine => engines[index] as TestEngine;
  const holders = async (reference: string) => {
    const ids = await Promise.all(engines.map((engine) => engine.docker('images', '-q', reference)));
    return engines.filter((_, i) => ids[i] !== '').map(({ name }) => name);
  };
  /** What a run of the image prints on each engine. */
  const saidEverywhere = (image: string) =>
    Promise.all(engines.map((engine) => ok('run', '--rm', '-e', `constraint:node==${engine.name}`, image)));
  /** An image that only this engine has, made beside Baleen: its events tell. */
  const commitOn = async (engine: TestEngine, name: string, text: string) => {
    await engine.docker('run', '--name', 'maker', 'busybox', 'sh', '-c', `echo ${text} > /told`);
    await engine.docker('commit', 'maker', name);
    await engine.docker('rm', 'maker');
    await expect.poll(async () => (await docker('images', '-q', name)).stdout, { timeout: 10_000 }).not.toBe('');
  };

  it('a saved archive is loaded onto all engines, told once, and has the same ID there', async () => {
    await commitOn(at(0), 'team/saved:1', 'saved');
    const id = await ok('inspect', '--format', '{{.Id}}', 'team/saved:1');
    const file = join(folder, 'saved.tar');
    await ok('save', '-o', file, 'team/saved:1');
    await ok('rmi', 'team/saved:1');
    expect(await holders('team/saved:1')).toEqual([]);
    const loaded = await docker('load', '-i', file);
    expect(loaded.stdout.match(/Loaded image: team\/saved:1/g)).toHaveLength(1);
    for (const engine of engines) expect(await engine.docker('inspect', '--format', '{{.Id}}', 'team/saved:1')).toBe(id);
  });

  it('a load that one engine cannot take goes to the others, and names the engine', async () => {
    const file = join(folder, 'saved.tar');
    await at(2).stop();
    try {
      const loaded = await docker('load', '-i', file);
      expect(loaded.code, loaded.stderr).toBe(0);
      expect(loaded.stdout).toContain('Loaded image: team/saved:1');
      expect(loaded.stdout).toContain(`${at(2).name}: Load failed: `);
    } finally {
      await at(2).cont();
      await stack.healthyEngines(3);
    }
    const refused = await docker.with({ input: 'no archive' }, 'load');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
  });

  it('an imported and a committed image run on any engine', async () => {
    const container = await ok('create', '--name', 'exported', 'busybox', 'true');
    const archive = join(folder, 'fs.tar');
    await ok('export', '-o', archive, container);
    const id = await ok('import', '--change', 'CMD ["echo","imported"]', archive, 'team/imported:1');
    expect(id).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await ok('inspect', '--format', '{{.Id}}', 'team/imported:1')).toBe(id);
    expect(await holders('team/imported:1')).toHaveLength(1);
    const committed = await ok('commit', '--change', 'CMD ["echo","committed"]', 'exported', 'team/committed:1');
    expect(await ok('images', '-q', '--no-trunc', 'team/committed:1')).toBe(committed);
    expect(await saidEverywhere('team/imported:1')).toEqual(['imported', 'imported', 'imported']);
    const [home] = await holders('team/committed:1');
    const away = `constraint:node!=${home}`;
    expect(await ok('run', '--rm', '-e', away, committed.slice('sha256:'.length, 19))).toBe('committed');
    expect(await holders('team/committed:1')).toHaveLength(2);
    await ok('rm', 'exported');
  });

  it('a name means the image that was given it last, on whichever engine', async () => {
    await ok('create', '--name', 'renamed', '-e', `constraint:node==${at(1).name}`, 'busybox', 'true');
    await ok('commit', '--change', 'CMD ["echo","newer"]', 'renamed', 'team/imported:1');
    expect(await saidEverywhere('team/imported:1')).toEqual(['newer', 'newer', 'newer']);
    await ok('rm', 'renamed');
  });

  it('an image from a registry comes as the fleet has it, though its tag has moved since, and by its digest', async () => {
    const reference = await registry.push(at(0), 'busybox', 'team/moving:1');
    const headers = { DOCKER_CUSTOM_HEADERS: `X-Baleen-Constraint=node==${at(0).name}` };
    expect((await docker.with({ env: headers }, 'pull', reference)).code).toBe(0);
    expect(await holders(reference)).toEqual([at(0).name]);
    await commitOn(at(2), 'team/other:1', 'moved');
    await registry.push(at(2), 'team/other:1', 'team/moving:1');
    const id = await at(0).docker('inspect', '--format', '{{.Id}}', reference);
    await ok('create', '--name', 'moving', '-e', `constraint:node==${at(1).name}`, reference, 'true');
    expect(await at(1).docker('inspect', '--format', '{{.Image}} {{.Config.Image}}', 'moving')).toBe(`${id} ${reference}`);
    await ok('rm', 'moving');
    const digest = await at(0).docker('inspect', '--format', '{{index .RepoDigests 0}}', reference);
    expect(await ok('run', '--rm', '-e', `constraint:node==${at(2).name}`, digest, 'echo', 'by digest')).toBe('by digest');
  });

  it('a pull goes to all engines but dead ones, with one row an engine', async () => {
    const reference = await registry.push(at(0), 'team/saved:1', 'team/pulled:1');
    await ok('rmi', '-f', 'team/saved:1');
    await at(1).kill();
    try {
      const pull = await docker.onTerminal(`docker pull ${reference}`);
      expect(pull.code, pull.stdout).toBe(0);
      expect(pull.stdout).toContain(`${at(0).name}: `);
      expect(pull.stdout).toContain(`${at(2).name}: Pull complete`);
      expect(pull.stdout.match(/Digest: sha256/g)).toHaveLength(1);
      // Rows: the tag, the nodes, the closing lines, the name; layers have none.
      expect(
        pull.stdout
          .trim()
          .split('\n')
          .filter((line) => line.trim() !== '').length,
      ).toBeLessThanOrEqual(8);
    } finally {
      await at(1).restart();
      await stack.healthyEngines(3);
    }
    expect(await holders(reference)).toEqual([at(0).name, at(2).name]);
  });

  it('images of several engines are saved into one archive', async () => {
    await commitOn(at(0), 'team/left:1', 'left');
    await commitOn(at(2), 'team/right:1', 'right');
    const file = join(folder, 'both.tar');
    await ok('save', '-o', file, 'team/left:1', 'team/right:1');
    const { stdout } = await run('tar', ['-xOf', file, 'manifest.json']);
    expect(stdout).toContain('team/left:1');
    expect(stdout).toContain('team/right:1');
  });

  it('a refused rmi removes nothing anywhere; force removes what no running container holds', async () => {
    await ok('load', '-i', join(folder, 'both.tar'));
    await ok('create', '--name', 'holds', '-e', `constraint:node==${at(1).name}`, 'team/left:1', 'true');
    const refused = await docker('rmi', 'team/left:1');
    expect(refused.stderr).toMatch(/conflict: .*must be forced|must force/);
    expect(await holders('team/left:1')).toHaveLength(3);
    await ok('rmi', '-f', 'team/left:1');
    expect(await holders('team/left:1')).toEqual([]);
    await ok('rm', 'holds');
  });

  /** What the copy stands against: the registry is as near as another engine. */
  const pullOfTheSame = async (megabytes: number) => {
    const reference = await registry.push(at(0), 'team/big:1', 'team/big:2');
    const headers = { DOCKER_CUSTOM_HEADERS: `X-Baleen-Constraint=node==${at(0).name}` };
    await docker.with({ env: headers }, 'pull', reference);
    await at(2).docker('rmi', 'team/big:1');
    await expect.poll(() => holders('team/big:1'), { timeout: 10_000 }).toHaveLength(2);
    const startedMs = performance.now();
    await ok('create', '--name', 'pulled', '-e', `constraint:node==${at(2).name}`, reference, 'true');
    const seconds = (performance.now() - startedMs) / 1_000;
    process.stdout.write(`images: pull by digest ${Math.round(megabytes / seconds)} MB/s\n`);
    await ok('rm', 'pulled');
  };

  it(
    'a big image is copied through the gateway without growing it',
    async () => {
      const megabytes = isLong ? 500 : 50;
      const fill = `head -c ${megabytes}000000 /dev/urandom > /big`;
      await at(0).docker('run', '--name', 'filler', 'busybox', 'sh', '-c', fill);
      await at(0).docker('commit', 'filler', 'team/big:1');
      await expect.poll(async () => (await docker('images', '-q', 'team/big:1')).stdout, { timeout: 10_000 }).not.toBe('');
      const [gateway = 0] = stack.pids('api-gateway');
      const before = costOf(gateway).rssMb;
      let most = before;
      const watch = setInterval(() => {
        most = Math.max(most, costOf(gateway).rssMb);
      }, 50);
      const startedMs = performance.now();
      try {
        await ok('create', '--name', 'far', '-e', `constraint:node==${at(1).name}`, 'team/big:1', 'true');
        const tookMs = performance.now() - startedMs;
        const file = join(folder, 'big.tar');
        const savedMs = performance.now();
        await ok('save', '-o', file, 'team/big:1');
        const loadedMs = performance.now();
        await ok('load', '-q', '-i', file);
        const endedMs = performance.now();
        const mb = statSync(file).size / 1e6;
        const rate = (ms: number) => `${Math.round(mb / (ms / 1_000))} MB/s`;

        process.stdout.write(
          `images: copy ${rate(tookMs)}, save ${rate(loadedMs - savedMs)}, load onto 3 engines ${rate(endedMs - loadedMs)}; ` +
            `gateway ${Math.round(before)} MB, at most ${Math.round(most)} MB\n`,
        );
      } finally {
        clearInterval(watch);
      }
      expect(most - before).toBeLessThan(120);
      await ok('rm', 'far');
      if (isLong) await pullOfTheSame(megabytes);
    },
    bigTestMs,
  );
});
