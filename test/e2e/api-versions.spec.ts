import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed } from '#testing';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { eventually } from './eventually.ts';
import { bedOf } from './product/bed.ts';
import { Stack } from './product/stack.ts';

/** node-1 speaks API 1.41, node-2 1.51: what only the new one knows reaches it or nobody. */
describe('engines of two API versions', () => {
  let bed: Testbed;
  let stack: Stack;
  let docker: DockerCli;

  beforeAll(async () => {
    ({ bed } = await bedOf('api-versions', ['old', 'new']));
    stack = await Stack.start({ discovery: bed.nodesArgument, engines: 2, flags: ['--api-version', 'newest'] });
    docker = dockerCli(stack.host(), bed.dockerConfig);
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
  });

  const format = async (name: string, template: string) => (await docker('inspect', name, '--format', template)).stdout.trim();

  it('are announced as the newer, and each is spoken to in its own', async () => {
    const { stdout } = await docker('version', '--format', '{{.Server.APIVersion}}');
    expect(stdout.trim()).toBe('1.51');
    for (const node of ['node-1', 'node-2']) {
      const ran = await docker('run', '--rm', '-e', `constraint:node==${node}`, 'busybox', 'echo', node);
      expect([ran.code, ran.stdout]).toEqual([0, `${node}\n`]);
    }
  });

  it('get what only the newer knows on the newer', async () => {
    for (const name of ['node-2/data', 'node-1/old-data']) expect((await docker('volume', 'create', name)).code).toBe(0);
    for (const name of ['node-2/one', 'node-2/two', 'node-1/old-one', 'node-1/old-two'])
      expect((await docker('network', 'create', name)).code).toBe(0);
    const uses: [name: string, template: string, shown: string, flags: string[]][] = [
      ['noted', '{{.HostConfig.Annotations}}', 'map[a:b]', ['--annotation', 'a=b']],
      [
        'watched',
        '{{.Config.Healthcheck.StartInterval}}',
        '2000000000',
        ['--health-cmd', 'true', '--health-start-interval', '2s'],
      ],
      [
        'part',
        '{{range .HostConfig.Mounts}}{{.VolumeOptions.Subpath}}{{end}}',
        'sub',
        ['--mount', 'type=volume,source=data,target=/d,volume-subpath=sub'],
      ],
      ['both', '{{len .NetworkSettings.Networks}}', '2', ['--network', 'one', '--network', 'two']],
    ];
    for (const [name, template, shown, flags] of uses) {
      const created = await docker('create', '--name', name, ...flags, 'busybox', 'true');
      expect([name, created.stderr, await format(name, `{{.Node.Name}} ${template}`)]).toEqual([name, '', `node-2 ${shown}`]);
    }
    expect((await docker('rm', ...uses.map(([name]) => name))).code).toBe(0);
  });

  it('refuse it where only the older could take it, naming field and versions, and make nothing', async () => {
    const onOld = ['-e', 'constraint:node==node-1'];
    const uses: [field: string, since: string, flags: string[]][] = [
      ['HostConfig.Annotations', '1.43', [...onOld, '--annotation', 'a=b']],
      ['Healthcheck.StartInterval', '1.44', [...onOld, '--health-cmd', 'true', '--health-start-interval', '2s']],
      [
        'HostConfig.Mounts[].VolumeOptions.Subpath',
        '1.45',
        ['--mount', 'type=volume,source=old-data,target=/d,volume-subpath=sub'],
      ],
      ['NetworkingConfig.EndpointsConfig with more than 1', '1.44', ['--network', 'old-one', '--network', 'old-two']],
    ];
    for (const [field, since, flags] of uses) {
      const refused = await docker('create', '--name', 'nowhere', ...flags, 'busybox', 'true');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`"${field}" requires API version ${since}, but the engine speaks 1.41`);
    }
    expect((await docker('ps', '-aq', '--filter', 'name=nowhere')).stdout).toBe('');
  });

  it('stop by a signal where the engine can, and say so where not', async () => {
    const trap = 'trap "exit 7" INT; while :; do sleep 0.1; done';
    for (const node of ['node-1', 'node-2'])
      await docker('run', '-d', '--name', `on-${node}`, '-e', `constraint:node==${node}`, 'busybox', 'sh', '-c', trap);
    const refused = await docker('stop', '--signal', 'INT', 'on-node-1');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('"signal" requires API version 1.42, but node node-1 speaks 1.41: leave it out');
    expect(await format('on-node-1', '{{.State.Running}}')).toBe('true');
    expect((await docker('stop', '--signal', 'INT', 'on-node-2')).code).toBe(0);
    expect(await format('on-node-2', '{{.State.ExitCode}}')).toBe('7');
    expect((await docker('rm', '-f', 'on-node-1', 'on-node-2')).code).toBe(0);
  });

  it('below the floor are shown with the reason, and neither used nor counted', async () => {
    await stack.stop();
    stack = await Stack.start({ discovery: bed.nodesArgument, engines: 1, flags: ['--min-engine-api', '1.44'] });
    docker = dockerCli(stack.host(), bed.dockerConfig);
    await eventually('the old engine is known', 20_000, async () =>
      (await docker('info')).stdout.includes('its API 1.41 is older than the 1.44') ? true : undefined,
    );
    expect((await docker('version', '--format', '{{.Server.APIVersion}}')).stdout.trim()).toBe('1.51');
    expect((await docker('node', 'ls')).stdout).toMatch(/node-1\s+(Down|Unknown|Pending)/i);
    const refused = await docker('create', '-e', 'constraint:node==node-1', 'busybox', 'true');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('not healthy')]);
  });
});
