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
      expect([403, 404]).toContain(status);
      expect([bed.bodies, bed.commands]).toEqual([[], []]);
    },
  );
});
