import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { StartedTestContainer, WaitStrategy } from 'testcontainers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { ClientBed } from './bed/client-bed.ts';

const serve = 'mkdir -p /www; echo hello >/www/index.html; echo ready; exec httpd -f -p 8080 -h /www';

/** Testcontainers for Node, unchanged, with its reaper on. One session: this process. */
describe('Testcontainers', () => {
  let fleet: ClientBed;
  let folder: string;
  let tc: typeof import('testcontainers');

  beforeAll(async () => {
    fleet = await ClientBed.open({ engines: 2, flags: () => ['--publish', 'gateway'] });
    folder = mkdtempSync(join(tmpdir(), 'baleen-tc-'));
    process.env['DOCKER_HOST'] = fleet.stack.host();
    tc = await import('testcontainers');
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await fleet?.close();
  });

  const shell = (script: string) => new tc.GenericContainer('busybox').withCommand(['sh', '-c', script]);
  const server = () => shell(serve).withExposedPorts(8080);
  const greeting = async (container: StartedTestContainer) =>
    (await fetch(`http://${container.getHost()}:${container.getMappedPort(8080)}/`)).text();

  it.each<[string, () => WaitStrategy]>([
    ['a log line', () => tc.Wait.forLogMessage('ready')],
    ['its port', () => tc.Wait.forListeningPorts()],
    ['an HTTP answer', () => tc.Wait.forHttp('/', 8080).forStatusCode(200)],
    ['a shell command', () => tc.Wait.forSuccessfulCommand('wget -qO /dev/null localhost:8080')],
    ['all of several', () => tc.Wait.forAll([tc.Wait.forListeningPorts(), tc.Wait.forLogMessage(/rea.y/)])],
  ])('waits for %s, and the published port answers', async (_, strategy) => {
    const container = await server().withWaitStrategy(strategy()).start();
    expect(await greeting(container)).toBe('hello\n');
    await container.stop();
  });

  it('waits for a health check, and says when it fails', async () => {
    const check = (test: string) =>
      shell('sleep 600')
        .withHealthCheck({ test: ['CMD-SHELL', test], interval: 200, timeout: 2_000, retries: 2 })
        .withWaitStrategy(tc.Wait.forHealthCheck());
    const container = await check('true').start();
    await container.stop();
    await expect(check('false').start()).rejects.toThrow('unhealthy');
  });

  it('waits for the end of a one-shot container', async () => {
    const container = await shell('echo done').withWaitStrategy(tc.Wait.forOneShotStartup()).start();
    const logs = await container.logs();
    expect(await text(logs)).toContain('done');
    await container.stop();
  });

  it('reaches a container of its network by the alias', async () => {
    const network = await new tc.Network().start();
    const web = await server().withNetwork(network).withNetworkAliases('web').start();
    const client = await shell('sleep 600').withNetwork(network).start();
    const { output, exitCode } = await client.exec(['wget', '-qO-', 'http://web:8080/']);
    expect([output, exitCode]).toEqual(['hello\n', 0]);
    await Promise.all([web.stop(), client.stop()]);
    await network.stop();
  });

  it('runs commands with their output, exit code, environment, folder and user', async () => {
    const container = await shell('sleep 600').start();
    const outcome = await container.exec(['sh', '-c', 'echo $WHO in $PWD; echo oops >&2; exit 3'], {
      env: { WHO: 'me' },
      workingDir: '/tmp',
    });
    expect(outcome).toMatchObject({ stdout: 'me in /tmp\n', stderr: 'oops\n', exitCode: 3 });
    expect((await container.exec(['id', '-u'], { user: '7' })).output).toBe('7\n');
    const many = await Promise.all(Array.from({ length: 10 }, (__, index) => container.exec(['echo', String(index)])));
    expect(many.map(({ output }) => output.trim())).toEqual(Array.from({ length: 10 }, (__, index) => String(index)));
    await container.stop();
  });

  it('copies files, content, folders and archives in and out', async () => {
    writeFileSync(join(folder, 'file.txt'), 'from a file');
    const container = await shell('sleep 600')
      .withCopyFilesToContainer([{ source: join(folder, 'file.txt'), target: '/in/file.txt' }])
      .withCopyContentToContainer([{ content: 'from memory', target: '/in/content.txt', mode: 0o600 }])
      .withCopyDirectoriesToContainer([{ source: folder, target: '/in/folder' }])
      .start();
    await container.copyContentToContainer([{ content: 'later', target: '/in/later.txt' }]);
    const archive = (await container.copyArchiveFromContainer('/in/content.txt')) as Readable;
    await container.copyArchiveToContainer(archive, '/tmp');
    const files = '/in/file.txt /in/content.txt /in/folder/file.txt /in/later.txt /tmp/content.txt';
    const { output } = await container.exec([
      'sh',
      '-c',
      `for file in ${files}; do cat $file; echo; done; stat -c %a /in/content.txt`,
    ]);
    expect(output.split('\n')).toEqual(['from a file', 'from memory', 'from a file', 'later', 'from memory', '600', '']);
    await container.stop();
  });

  it('follows logs, and restarts with the port it had', async () => {
    const lines: string[] = [];
    const container = await server()
      .withLogConsumer((stream) => stream.on('data', (line: string) => lines.push(String(line).trim())))
      .start();
    await eventually('the log line arrives', 5_000, () => (lines.includes('ready') ? true : undefined));
    await container.restart();
    expect(await greeting(container)).toBe('hello\n');
    await container.stop();
  });

  it('finds a container to reuse', async () => {
    const reusable = () => server().withReuse().start();
    const [first, second] = [await reusable(), await reusable()];
    expect(second.getId()).toBe(first.getId());
    await first.stop();
  });

  it('commits a container, and starts what it committed', async () => {
    const container = await shell('echo kept >/kept; sleep 600')
      .withWaitStrategy(tc.Wait.forSuccessfulCommand('cat /kept'))
      .start();
    await container.commit({ repo: 'committed', tag: '1', deleteOnExit: true });
    const again = await new tc.GenericContainer('committed:1').withCommand(['sleep', '600']).start();
    expect((await again.exec(['cat', '/kept'])).output).toBe('kept\n');
    await Promise.all([container.stop(), again.stop()]);
  });

  it('builds an image from a Dockerfile, and starts it', async () => {
    writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nARG WHAT\nRUN echo built $WHAT >/built\nCMD ["sleep", "600"]\n');
    const image = await tc.GenericContainer.fromDockerfile(folder).withBuildArgs({ WHAT: 'here' }).build();
    const container = await image.start();
    expect((await container.exec(['cat', '/built'])).output).toBe('built here\n');
    await container.stop();
  });
});
