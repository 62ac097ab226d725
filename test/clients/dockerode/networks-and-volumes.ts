import { expect, it } from 'vitest';
import { created, type DockerHost, refusalOf, started, waiting } from './host.ts';

/** Network, Volume, and what Docker has for them. */
export function networkAndVolumeTests(host: () => DockerHost): void {
  it('makes, lists, inspects and removes a network', async () => {
    const { docker, name } = host();
    const Name = `${name}-net`;
    const network = await docker.createNetwork({ Name, CheckDuplicate: true, Labels: { purpose: name }, Internal: true });
    expect(await network.inspect()).toMatchObject({ Name, Driver: 'bridge', Scope: 'local', Internal: true, Containers: {} });
    const inspect = (options: object) => docker.getNetwork(Name).inspect(options as never) as unknown as Promise<unknown>;
    expect(await inspect({ verbose: true, scope: 'local' })).toMatchObject({ Id: network.id });
    expect(await refusalOf(inspect({ scope: 'swarm' }))).toMatchObject({ status: 404 });
    const listed = await docker.listNetworks({ filters: { label: [`purpose=${name}`] } });
    expect(listed.map(({ Id }) => Id)).toEqual([network.id]);
    const message = `network with name ${Name} already exists`;
    expect(await refusalOf(docker.createNetwork({ Name, CheckDuplicate: true }))).toEqual({ status: 409, message });
    await network.remove();
    expect(await refusalOf(network.inspect())).toEqual({ status: 404, message: `network ${network.id} not found` });
  });

  it.each(['', 'bridge'])('makes a network of the driver %j', async (Driver) => {
    const network = await host().docker.createNetwork({ Name: `${host().name}-driver`, Driver });
    expect(await network.inspect()).toMatchObject({ Driver: 'bridge' });
    await network.remove();
  });

  it.each([
    [{ Name: 'bridge' }, 403],
    [{ Name: '' }, 400],
  ])('refuses a network as an engine does: %j', async (options, status) => {
    expect(await refusalOf(host().docker.createNetwork(options))).toMatchObject({ status });
  });

  it('connects and disconnects containers', async () => {
    const { docker, name } = host();
    const network = await docker.createNetwork({ Name: `${name}-joined` });
    const HostConfig = { NetworkMode: `${name}-joined` };
    const container = await started(host(), 'member', waiting, { HostConfig });
    await network.disconnect({ Container: container.id });
    expect((await network.inspect()).Containers).toEqual({});
    expect(await refusalOf(network.disconnect({ Container: container.id }))).toMatchObject({
      status: expect.any(Number),
      message: expect.stringContaining('is not connected to'),
    });
    const Aliases = ['known'];
    await network.connect({ Container: `${name}-member`, EndpointConfig: { Aliases } });
    expect(Object.keys((await network.inspect()).Containers ?? {})).toEqual([container.id]);
    expect((await container.inspect()).NetworkSettings.Networks[`${name}-joined`]?.Aliases).toEqual(
      expect.arrayContaining(Aliases),
    );
    expect(await refusalOf(network.connect({ Container: container.id }))).toMatchObject({ status: 403 });
    expect(await refusalOf(network.remove())).toMatchObject({
      status: 403,
      message: expect.stringContaining('active endpoints'),
    });
    expect(await refusalOf(network.connect({ Container: 'nobody' }))).toMatchObject({ status: 404 });
    await network.disconnect({ Container: container.id, Force: true });
    await network.remove();
    await container.remove({ force: true });
  });

  it('connects a container that has not started', async () => {
    const { docker, name } = host();
    const network = await docker.createNetwork({ Name: `${name}-early` });
    const container = await created(host(), 'early', waiting, { HostConfig: { NetworkMode: `${name}-early` } });
    await network.disconnect({ Container: container.id });
    await network.connect({ Container: container.id, EndpointConfig: { Aliases: ['early'] } });
    await container.start();
    expect(Object.keys((await container.inspect()).NetworkSettings.Networks)).toEqual([`${name}-early`]);
    await container.remove({ force: true });
    await network.remove();
  });

  it('prunes networks by label', async () => {
    const { docker, name } = host();
    await docker.createNetwork({ Name: `${name}-idle`, Labels: { prune: name } });
    const { NetworksDeleted } = await docker.pruneNetworks({ filters: { label: [`prune=${name}`] } });
    expect(NetworksDeleted).toEqual([`${name}-idle`]);
  });

  it('makes, lists, inspects and removes a volume, once', async () => {
    const { docker, name } = host();
    const Name = `${name}-data`;
    const DriverOpts = { type: 'tmpfs', device: 'tmpfs', o: 'size=1m' };
    for (let times = 0; times < 2; times++)
      expect((await docker.createVolume({ Name, Labels: { purpose: name }, DriverOpts })).name).toBe(Name);
    expect((await docker.listVolumes({ filters: { label: [`purpose=${name}`] } })).Volumes.map((one) => one.Name)).toEqual([
      Name,
    ]);
    const volume = docker.getVolume(Name);
    expect(await volume.inspect()).toMatchObject({ Name, Driver: 'local', Labels: { purpose: name }, Options: DriverOpts });
    await volume.remove();
    expect(await refusalOf(volume.inspect())).toEqual({ status: 404, message: `get ${Name}: no such volume` });
  });

  it('keeps a volume that is in use', async () => {
    const { docker, name } = host();
    const HostConfig = { Binds: [`${name}-used:/data`] };
    const container = await created(host(), 'user', 'true', { HostConfig });
    expect(await refusalOf(docker.getVolume(`${name}-used`).remove())).toMatchObject({
      status: 409,
      message: expect.stringContaining('volume is in use'),
    });
    await container.remove();
    await docker.getVolume(`${name}-used`).remove({ force: true });
  });

  it('prunes anonymous volumes, and named ones only when asked for', async () => {
    const { docker, name } = host();
    const { name: anonymous } = await docker.createVolume({ Labels: { prune: name } });
    await docker.createVolume({ Name: `${name}-named`, Labels: { prune: name } });
    const label = [`prune=${name}`];
    const first = await docker.pruneVolumes({ filters: { label } });
    // Below API 1.42 named ones are pruned like the others, and there is no `all`.
    const isOld = Number((await docker.version()).ApiVersion.split('.')[1]) < 42;
    const second = await docker.pruneVolumes({ filters: isOld ? { label } : { label, all: ['true'] } });
    expect([...(first.VolumesDeleted ?? []), ...(second.VolumesDeleted ?? [])].sort()).toEqual(
      [anonymous, `${name}-named`].sort(),
    );
    expect(first.VolumesDeleted).toContain(anonymous);
  });
}
