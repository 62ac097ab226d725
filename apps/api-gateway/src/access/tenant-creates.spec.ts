import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labels } from '#contracts';
import { idOf } from '../gateway.builders.ts';
import { policyFile } from './policy.builders.ts';
import { createAs, openTenantFleet, own, type TenantFleet } from './tenant-fleet.builders.ts';

let bed: TenantFleet;
beforeEach(async () => {
  bed = await openTenantFleet(policyFile());
});
afterEach(() => bed.fleet.close());

const refusal = async (body: object | string) => {
  const { status, json } = await createAs(bed, 'alice', body);
  return [status, json()['message']];
};

describe('a tenant', () => {
  it('has its own label on what it creates, and names its objects by whole IDs', async () => {
    const answer = await createAs(bed, 'alice', {
      Image: 'busybox',
      Labels: { a: 'b' },
      HostConfig: { NetworkMode: 'container:mine', VolumesFrom: ['mine:ro'], Links: ['mine'], Binds: ['vol-a:/data'] },
    });
    expect(answer.status).toBe(201);
    expect(bed.bodies[0]).toMatchObject({
      Labels: { a: 'b', [labels.owner]: 'team-a' },
      HostConfig: { NetworkMode: `container:${own}`, VolumesFrom: [`${own}:ro`], Links: [`${own}:mine`] },
    });
    await bed.fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"v"}');
    await bed.fleet.askAs('alice', 'POST', '/networks/create', '{"Name":"n"}');
    expect(bed.bodies.slice(1)).toEqual([1, 2].map(() => expect.objectContaining({ Labels: { [labels.owner]: 'team-a' } })));
  });

  it.each([
    ['a label of the gateway', { Image: 'busybox', Labels: { [labels.owner]: 'team-b' } }],
    ['another’s image', { Image: 'registry.test/team-b/app' }],
    [
      'another’s image as a mount',
      { Image: 'busybox', HostConfig: { Mounts: [{ Type: 'image', Source: 'registry.test/team-b/app', Target: '/x' }] } },
    ],
    ['privileged', { Image: 'busybox', HostConfig: { Privileged: true } }],
    ['the host’s network', { Image: 'busybox', HostConfig: { NetworkMode: 'host' } }],
    ['the host’s network as an endpoint', { Image: 'busybox', NetworkingConfig: { EndpointsConfig: { host: {} } } }],
    ['the host’s processes', { Image: 'busybox', HostConfig: { PidMode: 'host' } }],
    ['a device', { Image: 'busybox', HostConfig: { Devices: [{ PathOnHost: '/dev/sda' }] } }],
    ['a capability', { Image: 'busybox', HostConfig: { CapAdd: ['cap_sys_admin'] } }],
    ['a bind mount', { Image: 'busybox', HostConfig: { Binds: ['/:/host'] } }],
    ['a bind mount by another way', { Image: 'busybox', HostConfig: { Mounts: [{ Type: 'bind', Source: '/', Target: '/x' }] } }],
    [
      'a volume that is a bind mount',
      {
        Image: 'busybox',
        HostConfig: { Mounts: [{ Type: 'volume', Target: '/x', VolumeOptions: { DriverConfig: { Options: { device: '/' } } } }] },
      },
    ],
    ['an unconfined process', { Image: 'busybox', HostConfig: { SecurityOpt: ['seccomp=unconfined'] } }],
    ['an unmasked /proc', { Image: 'busybox', HostConfig: { MaskedPaths: [] } }],
    ['a member nobody knows', { Image: 'busybox', HostConfig: { HostFileSystem: true } }],
    ['an affinity', { Image: 'busybox', Env: ['affinity:container==theirs'] }],
  ])('is refused %s', async (_, body) => {
    expect(await refusal(body)).toEqual([403, expect.stringContaining('the policy refuses this')]);
    expect(bed.bodies).toEqual([]);
  });

  it.each([
    ['volume', { HostConfig: { Binds: ['vol-b:/x'] } }],
    ['volume by a mount', { HostConfig: { Mounts: [{ Type: 'volume', Source: 'vol-b', Target: '/x' }] } }],
    ['container’s namespace', { HostConfig: { PidMode: 'container:theirs' } }],
    ['volumes', { HostConfig: { VolumesFrom: ['db'] } }],
    ['link', { HostConfig: { Links: ['theirs:db'] } }],
    ['network', { HostConfig: { NetworkMode: 'net-b' } }],
    ['network by its ID beside an own name', { NetworkingConfig: { EndpointsConfig: { 'net-a': { NetworkID: idOf('d2') } } } }],
  ])('does not find another’s %s in a create', async (_, more) => {
    // Not 404, upon which clients pull the image.
    expect(await refusal({ Image: 'busybox', ...more })).toEqual([400, expect.stringMatching(/no such|not found/i)]);
    expect(bed.bodies).toEqual([]);
  });

  it('does not find another’s image by the beginning of its ID in a create', async () => {
    expect(await refusal({ Image: 'eb' })).toEqual([404, 'No such image: eb:latest']);
  });

  it.each([
    ['a key twice', '{"Image":"busybox","Image":"evil"}'],
    ['a key twice, deep', '{"Image":"busybox","HostConfig":{"Binds":[],"Binds":["/:/x"]}}'],
    ['a key in another case', '{"Image":"busybox","HostConfig":{"privileged":true}}'],
    ['a key in a case of Unicode', '{"Image":"busybox","HostConfig":{"Bind\u017f":["/:/x"]}}'],
    ['an escaped key twice', '{"Image":"busybox","\\u0049mage":"evil"}'],
    ['a wrong type', '{"Image":"busybox","HostConfig":{"Privileged":"true"}}'],
    ['no object', '[{"Image":"busybox"}]'],
    ['two values', '{"Image":"busybox"}{"Image":"evil"}'],
    ['an unpaired surrogate', '{"Image":"busybox","Env":["\\ud800"]}'],
  ])('is refused a body with %s', async (_, body) => {
    expect((await refusal(body))[0]).toBe(400);
    expect(bed.bodies).toEqual([]);
  });
});
