import { once } from 'node:events';
import type { Duplex, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { created, type DockerHost, demultiplexed, refusalOf, started, waiting } from './host.ts';
import { tarOf, tarText } from './tar.ts';

/** What passes bytes through: attach, logs, stats, archives, export; Exec. */
export function streamTests(host: () => DockerHost): void {
  it.each([true, false])('attaches to both ends of a container (hijack: %s)', async (hijack) => {
    const { docker } = host();
    const container = await created(host(), `attached-${hijack}`, 'read line; echo got $line; echo oops >&2', {
      OpenStdin: true,
      StdinOnce: true,
    });
    const stream = (await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack })) as Duplex;
    const said = demultiplexed(docker, stream);
    await container.start();
    stream.write('input\n');
    expect(await said).toEqual({ out: 'got input\n', err: 'oops\n' });
    await container.remove({ force: true });
  });

  it('attaches to a terminal, whose size can be set', async () => {
    const container = await created(host(), 'terminal', 'stty size; read line; stty size', { Tty: true, OpenStdin: true });
    const stream = (await container.attach({ stream: true, stdin: true, stdout: true, hijack: true })) as Duplex;
    const said = text(stream);
    await container.start();
    await container.resize({ h: 20, w: 60 });
    stream.write('\n');
    expect(await said).toContain('20 60');
    await container.remove({ force: true });
  });

  it('reads logs, whole and as they come', async () => {
    const { docker } = host();
    const container = await started(host(), 'logged', 'echo one; echo two >&2; sleep 1; echo three');
    const followed = await container.logs({ follow: true, stdout: true, stderr: true });
    expect(await demultiplexed(docker, followed)).toEqual({ out: 'one\nthree\n', err: 'two\n' });
    const whole = await container.logs({ follow: false, stdout: true, tail: 1 });
    expect(whole.toString('utf8')).toContain('three\n');
    await container.remove();
  });

  it('follows statistics', async () => {
    const container = await started(host(), 'measured', waiting);
    const stream = (await container.stats({ stream: true })) as unknown as Readable;
    const [first] = (await once(stream, 'data')) as [Buffer];
    expect(JSON.parse(first.toString('utf8'))).toMatchObject({ memory_stats: expect.anything() });
    stream.destroy();
    await container.remove({ force: true });
  });

  it('puts archives in and gets them out', async () => {
    const container = await created(host(), 'archived', 'true');
    await container.putArchive(tarOf('note.txt', 'a note'), { path: '/tmp' });
    const found = (await container.infoArchive({ path: '/tmp/note.txt' })) as unknown as Readable & {
      headers: Record<string, string>;
    };
    const stat = Buffer.from(found.headers['x-docker-container-path-stat'] ?? '', 'base64').toString('utf8');
    expect(JSON.parse(stat)).toMatchObject({ name: 'note.txt', size: 6 });
    expect(tarText(await buffer(await container.getArchive({ path: '/tmp/note.txt' })))).toBe('a note');
    expect(await refusalOf(container.getArchive({ path: '/nothing' }))).toMatchObject({ status: 404 });
    expect(await refusalOf(container.putArchive(tarOf('a', 'b'), { path: '/nothing' }))).toMatchObject({ status: 404 });
    await container.remove();
  });

  it('exports the file system', async () => {
    const container = await created(host(), 'exported', 'true');
    const archive = await buffer(await container.export());
    expect(archive.subarray(257, 262).toString('latin1')).toBe('ustar');
    await container.remove();
  });

  it.each([true, false])('runs a command with its input, output and exit code (hijack: %s)', async (hijack) => {
    const { docker } = host();
    const container = await started(host(), `exec-${hijack}`, waiting);
    const Cmd = ['sh', '-c', 'read line; echo got $line; echo oops >&2; exit 3'];
    const exec = await container.exec({ Cmd, AttachStdin: true, AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({ hijack, stdin: true });
    const said = demultiplexed(docker, stream);
    stream.write('input\n');
    expect(await said).toEqual({ out: 'got input\n', err: 'oops\n' });
    expect(await exec.inspect()).toMatchObject({ Running: false, ExitCode: 3, ContainerID: container.id });
    expect((await docker.getExec(exec.id).inspect()).ExitCode).toBe(3);
    await container.remove({ force: true });
  });

  it('runs a command on a terminal of a size, and one that nobody watches', async () => {
    const container = await started(host(), 'exec-tty', waiting);
    const exec = await container.exec({ Cmd: ['sh', '-c', 'sleep 1; stty size'], AttachStdout: true, Tty: true });
    const stream = await exec.start({ hijack: true, Tty: true });
    const said = text(stream);
    await exec.resize({ h: 20, w: 60 });
    expect(await said).toContain('20 60');
    const unwatched = await container.exec({ Cmd: ['touch', '/tmp/done'] });
    await unwatched.start({ Detach: true });
    expect(await refusalOf(host().docker.getExec('nobody').inspect())).toMatchObject({ status: 404 });
    await container.remove({ force: true });
  });

  it('runs no command in a stopped container', async () => {
    const container = await created(host(), 'exec-none', 'true');
    expect(await refusalOf(container.exec({ Cmd: ['true'] }))).toMatchObject({ status: 409 });
    await container.remove();
  });
}
