import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { lines } from './clients/port-clients.ts';
import { eventually } from './eventually.ts';
import { bedOf } from './product/bed.ts';
import { freePort } from './product/free-port.ts';

const script = fileURLToPath(new URL('../../examples/ci-farm/start.sh', import.meta.url));
const upMaxMs = 90_000;

type Bed = Awaited<ReturnType<typeof bedOf>>;

let opened: Bed;
let farm: ChildProcess;
let docker: DockerCli;

beforeAll(async () => {
  opened = await bedOf('ci-farm', ['new']);
  const host = `tcp://127.0.0.1:${await freePort()}`;
  farm = spawn(script, [opened.bed.nodesArgument], {
    cwd: '/',
    env: { ...process.env, BALEEN_FARM_HOST: host, DOCKER_HOST: '' },
    stdio: 'ignore',
  });
  docker = dockerCli(host, opened.bed.dockerConfig);
  await eventually('the engine is healthy', upMaxMs, async () =>
    (await docker('info')).stdout.includes('Status: Healthy') ? true : undefined,
  );
});
afterAll(async () => {
  if (farm !== undefined && farm.exitCode === null) {
    const gone = once(farm, 'exit');
    farm.kill('SIGTERM');
    await gone;
  }
  await opened?.bed.close();
});

it('examples/ci-farm: what a job publishes is reached at the farm, by a drawn port', async () => {
  const ran = await docker('run', '-d', '--name', 'job', '-p', '80', 'busybox', 'nc', '-ll', '-p', '80', '-e', 'cat');
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  const port = Number(/0\.0\.0\.0:(\d+)/.exec((await docker('port', 'job')).stdout)?.[1]);
  expect(await lines('127.0.0.1', port, ['from a job'])).toEqual(['from a job']);
  await docker('rm', '-f', 'job');
});
