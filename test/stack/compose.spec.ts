import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Generation, Testbed, type TestEngine } from '#testing';
import { type DockerCli, dockerCli } from '../e2e/support/docker-cli.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { importStandIns } from './stand-in-images.ts';

const port = '4375';
const readyMaxMs = 120_000;

/** The shipped Dockerfile and docker-compose.yml, unchanged, on a real engine that is its own fleet. */
describe.each<Generation>(['new', 'old'])('the compose stack on one %s engine', (generation) => {
  let bed: Testbed;
  let engine: TestEngine;
  let host: DockerCli;
  let fleet: DockerCli;

  beforeAll(async () => {
    bed = await Testbed.open(`stack-${generation}`);
    engine = await bed.engine({ generation });
    await importStandIns(engine);
    await engine.image();
    host = dockerCli(`tcp://${engine.address}`, bed.dockerConfig);
    fleet = dockerCli(`tcp://${engine.ip}:${port}`, bed.dockerConfig);
  });

  afterAll(async () => {
    await bed?.close();
  });

  const compose = (...args: readonly string[]) =>
    host.with(
      { timeoutMs: 300_000, env: { BALEEN_ADDRESS: '0.0.0.0', BALEEN_PORT: port, BALEEN_SOCKET: '/machine/docker.sock' } },
      'compose',
      ...args,
    );

  it('builds, comes up, runs containers, scales and goes', async () => {
    // An old engine builds with its own builder, as its users do.
    const build = await host.with(
      { timeoutMs: 300_000, env: { DOCKER_BUILDKIT: generation === 'old' ? '0' : '1' } },
      'build',
      '-t',
      'baleen:local',
      '.',
    );
    expect(build, build.stderr).toMatchObject({ code: 0 });

    const up = await compose('up', '-d', '--no-build', '--wait', '--scale', 'engine-monitor=2', '--scale', 'scheduler=2');
    expect(up.code, `${up.stderr}\n${(await compose('logs')).stdout.slice(-5_000)}`).toBe(0);
    await eventually('the fleet has its engine', readyMaxMs, async () =>
      (await fleet('info')).stdout.includes('Status: Healthy') ? true : undefined,
    );

    const hello = await fleet('run', '--rm', 'busybox', 'echo', 'hello from the fleet');
    expect(hello).toMatchObject({ code: 0, stdout: 'hello from the fleet\n' });
    const running = await fleet('ps', '--format', '{{.Names}}');
    expect(running.stdout).toContain(`${engine.name}/baleen-api-gateway-1`);
    expect(running.stdout).toContain(`${engine.name}/baleen-engine-monitor-2`);

    const down = await compose('down', '--volumes');
    expect(down, down.stderr).toMatchObject({ code: 0 });
    expect(await engine.docker('ps', '-aq')).toBe('');
  });
});
