import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { expect, it } from 'vitest';
import { created, type DockerHost, refusalOf, started, waiting } from './host.ts';

/** Docker.createContainer, listContainers, pruneContainers, run, and Container but for its streams. */
export function containerTests(host: () => DockerHost): void {
  it('lives, with the statuses of each step', async () => {
    const container = await created(host(), 'life', waiting);
    expect((await container.inspect()).State.Status).toBe('created');
    await container.start();
    expect(await refusalOf(container.start())).toMatchObject({ status: 304 });
    await container.pause();
    expect((await container.inspect()).State).toMatchObject({ Status: 'paused', Running: true });
    await container.unpause();
    await container.restart({ t: 1 });
    await container.stop({ t: 5 });
    expect(await refusalOf(container.stop())).toMatchObject({ status: 304 });
    expect(await refusalOf(container.kill())).toMatchObject({ status: 409, message: expect.stringContaining('is not running') });
    expect(await container.wait()).toMatchObject({ StatusCode: 0 });
    await container.remove();
    expect(await refusalOf(container.inspect())).toEqual({ status: 404, message: `No such container: ${container.id}` });
    expect(await refusalOf(container.remove())).toMatchObject({ status: 404 });
  });

  it('is known by name and by the beginning of its id', async () => {
    const container = await created(host(), 'known', waiting);
    for (const reference of [`${host().name}-known`, container.id.slice(0, 12)])
      expect((await host().docker.getContainer(reference).inspect()).Id).toBe(container.id);
    await container.remove({ v: true });
  });

  it('refuses a name that is taken', async () => {
    const container = await created(host(), 'taken', waiting);
    const message = expect.stringContaining(`The container name "/${host().name}-taken" is already in use`);
    expect(await refusalOf(created(host(), 'taken', waiting))).toEqual({ status: 409, message });
    await container.remove();
  });

  it('is listed by state, label and name', async () => {
    const Labels = { purpose: `${host().name}-list` };
    const running = await started(host(), 'listed-1', waiting, { Labels });
    const other = await created(host(), 'listed-2', waiting, { Labels });
    const listed = async (options: Docker.ContainerListOptions) =>
      (await host().docker.listContainers(options)).map(({ Id }) => Id).sort();
    const label = [`purpose=${host().name}-list`];
    expect(await listed({ filters: { label } })).toEqual([running.id]);
    expect(await listed({ all: true, filters: { label } })).toEqual([running.id, other.id].sort());
    expect(
      await listed({ all: true, filters: JSON.stringify({ label: { [`purpose=${host().name}-list`]: true } }) }),
    ).toHaveLength(2);
    expect(await listed({ all: true, limit: 1, filters: { label } })).toEqual([other.id]);
    expect(await refusalOf(host().docker.listContainers({ filters: { nonsense: ['x'] } }))).toMatchObject({ status: 400 });
    await Promise.all([running.remove({ force: true }), other.remove()]);
  });

  it('can be renamed, updated, looked into and counted', async () => {
    const container = await started(host(), 'old', 'touch /made; sleep 600');
    await container.rename({ name: `${host().name}-new` });
    expect((await container.inspect()).Name).toBe(`/${host().name}-new`);
    await container.update({ CpuShares: 512 });
    expect((await container.inspect()).HostConfig.CpuShares).toBe(512);
    expect((await container.top({ ps_args: '-o pid,args' })).Processes.flat().join(' ')).toContain('sleep 600');
    expect(await container.changes()).toContainEqual({ Path: '/made', Kind: 1 });
    const stats = await container.stats({ stream: false });
    expect(stats.pids_stats?.current).toBeGreaterThan(0);
    await container.remove({ force: true });
  });

  it('can be waited for, before and after its end', async () => {
    const container = await created(host(), 'waited', 'sleep 1; exit 7');
    const waited = container.wait({ condition: 'next-exit' });
    await container.start();
    expect(await waited).toMatchObject({ StatusCode: 7 });
    const removed = container.wait({ condition: 'removed' });
    await container.remove();
    expect(await removed).toMatchObject({ StatusCode: 7 });
  });

  it('is killed by the signal asked for', async () => {
    const container = await started(host(), 'killed', 'trap "exit 9" USR1; while :; do sleep 0.1; done');
    await container.kill({ signal: 'SIGUSR1' });
    expect(await container.wait()).toMatchObject({ StatusCode: 9 });
    expect(await refusalOf(container.kill({ signal: 'SIGNONSENSE' }))).toMatchObject({ status: expect.any(Number) });
    await container.remove();
  });

  it('runs a command to its end, by promise and by callback', async () => {
    const { docker, name } = host();
    const sinks = [new PassThrough(), new PassThrough()] as const;
    const options = { name: `${name}-run`, Tty: false };
    const ran = docker.run('busybox', ['sh', '-c', 'echo hello; echo oops >&2; exit 4'], [...sinks], options);
    const [{ StatusCode }, container] = (await ran) as [{ StatusCode: number }, Docker.Container];
    expect([StatusCode, String(sinks[0].read()), String(sinks[1].read())]).toEqual([4, 'hello\n', 'oops\n']);
    await container.remove();
    const exit = await new Promise((resolve, reject) => {
      const create = { HostConfig: { AutoRemove: true } };
      docker.run('busybox', ['true'], new PassThrough(), create, (error: unknown, data?: { StatusCode: number }) =>
        data === undefined ? reject(error as Error) : resolve(data.StatusCode),
      );
    });
    expect(exit).toBe(0);
  });

  it('answers callbacks as it answers promises', async () => {
    const container = await new Promise<Docker.Container>((resolve, reject) => {
      host().docker.createContainer({ Image: 'busybox', Cmd: ['true'] }, (error, made) =>
        made === undefined ? reject(error as Error) : resolve(made),
      );
    });
    const inspected = await new Promise((resolve) => {
      container.inspect((_, found) => resolve(found?.Id));
    });
    expect(inspected).toBe(container.id);
    const failure = await new Promise<{ statusCode: number }>((resolve) => {
      host()
        .docker.getContainer('nobody')
        .inspect((error: unknown) => resolve(error as { statusCode: number }));
    });
    expect(failure.statusCode).toBe(404);
    await container.remove();
  });

  it('takes a body that repeats itself in the query, with hundreds of variables', async () => {
    const Env = Array.from({ length: 300 }, (_, index) => `VARIABLE_${index}=${'x'.repeat(80)}`);
    const container = await created(host(), 'large', 'true', { Env });
    expect((await container.inspect()).Config.Env).toEqual(expect.arrayContaining(Env));
    await container.remove();
  });

  it('is pruned by label once it has stopped', async () => {
    const Labels = { prune: host().name };
    const [stopped, running] = [
      await created(host(), 'pruned', 'true', { Labels }),
      await started(host(), 'kept', waiting, { Labels }),
    ];
    const { ContainersDeleted } = await host().docker.pruneContainers({ filters: { label: [`prune=${host().name}`] } });
    expect(ContainersDeleted).toEqual([stopped.id]);
    await running.remove({ force: true });
  });
}
