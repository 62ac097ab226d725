import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';
import { engineTarget, openTinyGateway, type TinyGateway } from '../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { type Outcome, otherRoutes, run, windows } from './relayed/relayed-api.ts';

describe.skipIf(whyNoEngines() !== undefined)('the relay in front of one engine, driven by the docker CLI', () => {
  let bed: Testbed;
  let folder: string;
  beforeAll(async () => {
    bed = await Testbed.open('relay');
    folder = await mkdtemp(join(tmpdir(), 'relay-spec-'));
  });
  afterAll(async () => {
    await bed?.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each<Generation>(['old', 'new'])('%s', (generation) => {
    let engine: TestEngine;
    let gateway: TinyGateway;
    beforeAll(async () => {
      engine = await bed.engine({ generation });
      await engine.image();
      const target = engineTarget(engine.address, { node: engine.name, ...windows[generation] });
      gateway = await openTinyGateway([target], { routes: (caller) => otherRoutes(caller, target) });
      await docker([
        'run',
        '-d',
        '--name',
        'web',
        'busybox',
        'sh',
        '-c',
        'echo started; trap "exit 0" TERM; while :; do sleep 0.2; done',
      ]);
    });
    afterAll(async () => {
      await gateway?.close();
    });

    const environment = () => ({ ...process.env, DOCKER_HOST: `tcp://${gateway.address}`, DOCKER_CONFIG: bed.dockerConfig });
    const docker = (args: string[], input = ''): Promise<Outcome> => run('docker', args, environment(), input);

    it('runs with standard input and shows the output', async () => {
      expect(await docker(['run', '--rm', '-i', 'busybox', 'cat'], 'hi\n')).toEqual({ stdout: 'hi\n', stderr: '', exitCode: 0 });
    });

    it('shows output that comes after standard input has ended', async () => {
      const { stdout } = await docker(['run', '--rm', '-i', 'busybox', 'sh', '-c', 'cat; sleep 1; echo late'], 'early\n');
      expect(stdout).toBe('early\nlate\n');
    });

    it('keeps the exit codes of run and exec and parts the error stream from the output', async () => {
      expect((await docker(['run', '--rm', 'busybox', 'sh', '-c', 'exit 7'])).exitCode).toBe(7);
      const outcome = await docker(['exec', 'web', 'sh', '-c', 'echo out; echo err >&2; exit 3']);
      expect(outcome).toEqual({ stdout: 'out\n', stderr: 'err\n', exitCode: 3 });
    });

    it('carries standard input of exec, sixteen megabytes of it', async () => {
      const { stdout } = await docker(['exec', '-i', 'web', 'wc', '-c'], 'x'.repeat(16 * 1024 * 1024));
      expect(stdout.trim()).toBe(String(16 * 1024 * 1024));
    });

    it('carries thirty-two megabytes of output', async () => {
      const { stdout } = await docker(['exec', 'web', 'sh', '-c', 'head -c 33554432 /dev/zero | tr "\\0" y']);
      expect(stdout.length).toBe(32 * 1024 * 1024);
    });

    it('runs a terminal', async () => {
      const command = 'docker exec -it web sh -c "test -t 0 && echo a terminal"';
      const { stdout } = await run('script', ['-qec', command, '/dev/null'], environment(), '');
      expect(stdout).toContain('a terminal\r\n');
    });

    it('carries an exec and an attach of dockerode that come without Upgrade', async () => {
      const dockerode = new Docker({ host: '127.0.0.1', port: gateway.port, protocol: 'http' });
      const exec = await dockerode.getContainer('web').exec({ Cmd: ['echo', 'by exec'], AttachStdout: true, Tty: true });
      expect(await textOf(await exec.start({ Tty: true }))).toBe('by exec\r\n');
      expect(await exec.inspect()).toMatchObject({ ExitCode: 0 });
      const container = await dockerode.createContainer({ Image: 'busybox', Cmd: ['head', '-n1'], OpenStdin: true });
      const session = await container.attach({ stream: true, stdin: true, stdout: true });
      await container.start();
      let shown = '';
      session.on('data', (chunk: Buffer) => {
        shown += chunk.toString('latin1');
      });
      session.write('typed\n');
      await expect.poll(() => shown).toContain('typed\n');
      await container.remove({ force: true });
    });

    it('attaches and detaches when the container ends', async () => {
      await docker(['create', '-i', '--name', 'echoing', 'busybox', 'cat']);
      expect((await docker(['start', '-ai', 'echoing'], 'again\n')).stdout).toBe('again\n');
      await docker(['rm', '-f', 'echoing']);
    });

    it('follows logs until it is killed, and goes on serving', async () => {
      expect((await docker(['logs', 'web'])).stdout).toBe('started\n');
      const following = spawn('docker', ['logs', '-f', 'web'], { env: environment() });
      await new Promise((resolve) => {
        following.stdout.once('data', resolve);
      });
      following.kill('SIGKILL');
      expect((await docker(['logs', 'web'])).stdout).toBe('started\n');
    });

    it('copies a file in and out', async () => {
      await writeFile(join(folder, 'in'), 'some words');
      await docker(['cp', join(folder, 'in'), 'web:/tmp/words']);
      await docker(['cp', 'web:/tmp/words', join(folder, 'out')]);
      expect(await readFile(join(folder, 'out'), 'utf8')).toBe('some words');
    });

    it('answers stats, top, diff and export', async () => {
      expect((await docker(['stats', '--no-stream', '--format', '{{.Name}}', 'web'])).stdout.trim()).toBe('web');
      expect((await docker(['top', 'web'])).stdout).toContain('sleep');
      expect((await docker(['diff', 'web'])).stdout).toContain('C /tmp');
      const archive = join(folder, `${generation}.tar`);
      expect((await docker(['export', '-o', archive, 'web'])).exitCode).toBe(0);
      expect((await readFile(archive)).length).toBeGreaterThan(1_000_000);
    });

    it('waits for a container and reports its exit code', async () => {
      await docker(['run', '-d', '--name', 'short', 'busybox', 'sh', '-c', 'sleep 1; exit 4']);
      expect((await docker(['wait', 'short'])).stdout).toBe('4\n');
      await docker(['rm', 'short']);
    });

    it('passes on what the engine refuses', async () => {
      const { stderr, exitCode } = await docker(['exec', 'nobody', 'true']);
      expect(stderr).toContain('No such container: nobody');
      expect(exitCode).toBe(1);
    });

    it('ends sessions when the engine dies', async () => {
      const session = spawn('docker', ['exec', 'web', 'sh', '-c', 'echo ready; sleep 600'], { env: environment() });
      const ended = new Promise((resolve) => {
        session.once('exit', resolve);
      });
      await new Promise((resolve) => {
        session.stdout.once('data', resolve);
      });
      await engine.kill();
      expect(await ended).toBeGreaterThan(0);
    });
  });
});

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
