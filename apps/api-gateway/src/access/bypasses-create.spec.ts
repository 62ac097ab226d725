import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idOf } from '../gateway.builders.ts';
import { type BypassFleet, createOf, openBypassFleet, ownerOf } from './bypass-fleet.builders.ts';

let bed: BypassFleet;
const open = async (tenants: Record<string, object> = {}) => {
  bed = await openBypassFleet(tenants);
};
const refusal = [403, expect.stringContaining('the policy refuses this')];
afterEach(() => bed.fleet.close());

describe('no way around a tenant’s limits by what a create names is', () => {
  beforeEach(() => open());

  it.each(['host', 'node-1/host', 'ID-node-1/host', idOf('d4'), `node-1/${idOf('d4')}`])(
    'the host’s network as %s',
    async (network) => {
      expect(await createOf(bed, { HostConfig: { NetworkMode: network } })).toEqual(refusal);
      const beside = { HostConfig: { NetworkMode: 'net-a' }, NetworkingConfig: { EndpointsConfig: { [network]: {} } } };
      expect(await createOf(bed, beside)).toEqual(refusal);
      const connect = `/networks/${encodeURIComponent(network)}/connect`;
      expect((await bed.fleet.askAs('alice', 'POST', connect, '{"Container":"mine"}')).status).toBe(403);
      expect([bed.bodies, bed.commands]).toEqual([[], []]);
    },
  );

  it('a network whose name means a container to engines', async () => {
    await bed.fleet.network(bed.engine, idOf('d6'), 'container:theirs', ownerOf('team-a'));
    expect((await createOf(bed, { HostConfig: { NetworkMode: 'node-1/container:theirs' } }))[0]).toBe(400);
    expect(bed.bodies).toEqual([]);
  });

  it('an own network’s name where it begins another’s ID, as an endpoint’s NetworkID', async () => {
    await bed.fleet.network(bed.engine, idOf('d7'), 'd2', ownerOf('team-a'));
    const endpoint = (NetworkID: string) => ({ NetworkingConfig: { EndpointsConfig: { 'net-a': { NetworkID } } } });
    expect(await createOf(bed, endpoint('d2'))).toEqual(refusal);
    expect((await createOf(bed, endpoint(idOf('d7'))))[0]).toBe(201);
  });

  it('none: its own network on a node, its volume there, the bridge', async () => {
    const HostConfig = { NetworkMode: 'node-1/net-a', Binds: ['node-1/vol-a:/data'] };
    expect((await createOf(bed, { HostConfig }))[0]).toBe(201);
    expect((await createOf(bed, { HostConfig: { NetworkMode: 'node-1/bridge' } }))[0]).toBe(201);
    expect(JSON.parse(bed.bodies[0] ?? '')).toMatchObject({ HostConfig: { NetworkMode: 'net-a', Binds: ['vol-a:/data'] } });
  });
});

describe('no way onto the default bridge, for a tenant that must keep off it, is', () => {
  beforeEach(() => open({ 'team-a': { containers: { defaultBridge: false } } }));

  it.each(['', 'default', 'bridge', 'node-1/bridge', 'node-1/default', idOf('d3'), `node-1/${idOf('d3')}`])(
    '%j',
    async (network) => {
      expect(await createOf(bed, { HostConfig: { NetworkMode: network } })).toEqual(refusal);
      const connect = `/networks/${encodeURIComponent(network)}/connect`;
      const { status } = await bed.fleet.askAs('alice', 'POST', connect, '{"Container":"mine"}');
      // No name is no path: whoever asks for it is sent to the clean one.
      expect(network === '' ? [301] : [403, 404]).toContain(status);
      expect([bed.bodies, bed.commands]).toEqual([[], []]);
    },
  );
});

describe('no way around what a tenant may ask of an engine is', () => {
  beforeEach(() => open({ 'team-a': { containers: { devices: ['/dev/fuse'] } } }));

  it.each([
    ['a device', '"HostConfig":{"Devices":[{"PathOnHost":"/dev/fuse","pathonhost":"/dev/sda"}]}'],
    ['a port', '"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8080","hostport":"22"}]}}'],
    ['a mount’s option', '"HostConfig":{"Mounts":[{"Type":"bind","BindOptions":{"propagation":"shared"}}]}'],
    ['an endpoint’s address', '"NetworkingConfig":{"EndpointsConfig":{"net-a":{"IPAMConfig":{"ipv4address":"1.1.1.1"}}}}'],
  ])('the case of a key within a list or a map, of %s', async (_, member) => {
    expect(await createOf(bed, `{"Image":"busybox",${member}}`)).toEqual([400, expect.stringContaining('must be spelled')]);
    expect(bed.bodies).toEqual([]);
  });

  it.each([
    ['a HostConfig’s member at the top, where engines up to 20.10 read it', { VolumeDriver: 'evil' }],
    ['one that would count without a HostConfig', { Privileged: true, Binds: ['/:/h'] }],
    ['a new member of a device', { HostConfig: { Devices: [{ PathOnHost: '/dev/fuse', Unknown: '/dev/sda' }] } }],
    ['a new member beside the networks', { NetworkingConfig: { Unknown: {} } }],
    ['real-time priority as a ulimit', { HostConfig: { Ulimits: [{ Name: 'rtprio', Soft: 99, Hard: 99 }] } }],
    ['a nice value as a ulimit', { HostConfig: { Ulimits: [{ Name: 'nice', Soft: 40, Hard: 40 }] } }],
    ['locked memory as a ulimit', { HostConfig: { Ulimits: [{ Name: 'memlock', Soft: -1, Hard: -1 }] } }],
    ['memory that runs out for others', { HostConfig: { OomKillDisable: true } }],
  ])('%s', async (_, more) => {
    expect(await createOf(bed, more)).toEqual(refusal);
    expect(bed.bodies).toEqual([]);
  });

  it('none: what clients send besides', async () => {
    // docker-py, dockerode, and the flags of a usual docker run.
    const more = { Runtime: null, name: 'web', platform: 'linux/amd64', Healthcheck: { Test: ['CMD', 'true'], Interval: 0 } };
    const HostConfig = {
      Ulimits: [{ Name: 'nofile', Soft: 1024, Hard: 1024 }],
      RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
    };
    expect((await createOf(bed, { ...more, HostConfig }))[0]).toBe(201);
  });
});

describe('no way past a quota of memory is', () => {
  beforeEach(() => open({ 'team-a': { quotas: { memoryBytes: 1_000 } } }));

  it.each([-1, 201])('swap of %d', async (MemorySwap) => {
    expect(await createOf(bed, { HostConfig: { Memory: 100, MemorySwap } })).toEqual(refusal);
    expect(await createOf(bed, { Memory: 100, MemorySwap })).toEqual(refusal);
    const update = await bed.fleet.askAs('alice', 'POST', '/containers/mine/update', JSON.stringify({ Memory: 100, MemorySwap }));
    expect([update.status, bed.bodies, bed.commands]).toEqual([403, [], []]);
  });

  it('none said, in no place where engines or older clients look', async () => {
    expect(await createOf(bed, {})).toEqual(refusal);
    expect((await createOf(bed, { Memory: 100 }))[0]).toBe(201);
    expect(JSON.parse(bed.bodies[0] ?? '')).toMatchObject({ HostConfig: { Memory: 100 } });
  });
});

describe('no way below the lowest host port is', () => {
  beforeEach(() => open({ 'team-a': { containers: { lowestHostPort: 1024 } } }));
  const publishing = (...hostPorts: (string | null)[]) => ({
    HostConfig: { PortBindings: { '53/udp': null, '80/tcp': hostPorts.map((HostPort) => ({ HostIp: '', HostPort })) } },
  });

  it.each(['22', '00022', '1023', '1-2000', '1023-1025', '22/tcp', ' 22', '+22', '0x16'])('%j', async (port) => {
    expect(await createOf(bed, publishing(port))).toEqual(refusal);
    expect(await createOf(bed, publishing('8080', port))).toEqual(refusal);
    expect(bed.bodies).toEqual([]);
  });

  it('none: ports above, and those that are drawn', async () => {
    for (const port of ['1024', '8080', '8000-8010', '0', '', null]) expect((await createOf(bed, publishing(port)))[0]).toBe(201);
  });
});

it('a tenant’s container has a limit of processes, whatever it says', async () => {
  await open({ 'team-a': { containers: { pids: 100 } } });
  for (const PidsLimit of [undefined, null, 0, -1, 50]) expect((await createOf(bed, { HostConfig: { PidsLimit } }))[0]).toBe(201);
  const limits = bed.bodies.map((body) => (JSON.parse(body) as { HostConfig: { PidsLimit: number } }).HostConfig.PidsLimit);
  expect(limits).toEqual([100, 100, 100, 100, 50]);
  expect(await createOf(bed, { HostConfig: { PidsLimit: 101 } })).toEqual(refusal);
  for (const PidsLimit of [-1, 101]) {
    const update = await bed.fleet.askAs('alice', 'POST', '/containers/mine/update', JSON.stringify({ PidsLimit }));
    expect(update.status).toBe(403);
  }
});

it('a tenant that must not be root has no program that makes it root', async () => {
  await open({ 'team-a': { containers: { users: 'non-root' } } });
  expect((await createOf(bed, { User: '1000' }))[0]).toBe(201);
  expect((await createOf(bed, { User: '1000', HostConfig: { SecurityOpt: ['no-new-privileges:true'] } }))[0]).toBe(201);
  const options = bed.bodies.map(
    (body) => (JSON.parse(body) as { HostConfig: { SecurityOpt: string[] } }).HostConfig.SecurityOpt,
  );
  expect(options).toEqual([['no-new-privileges'], ['no-new-privileges:true']]);
});
