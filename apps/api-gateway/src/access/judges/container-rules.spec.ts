import { describe, expect, it } from 'vitest';
import { type ContainerLimits, parsePolicy } from '#access';
import { requireAllowed } from './container-rules.ts';
import { LimitedHost } from './limited-host.ts';

function limits(more: Partial<ContainerLimits> = {}): ContainerLimits {
  const identities = { a: { role: 'operator', tenant: 'a', localSocket: true } };
  const tenant = parsePolicy(Buffer.from(JSON.stringify({ identities, tenants: { a: { containers: more } } }))).tenants['a'];
  if (tenant === undefined) throw new Error('the policy has the tenant');
  return tenant.containers;
}
const asking = (host: object, more?: Partial<ContainerLimits>) => () => requireAllowed(LimitedHost.parse(host), limits(more));

describe('a refused HostConfig', () => {
  it.each<[object, Partial<ContainerLimits>]>([
    [{ Privileged: true }, { privileged: true }],
    [{ NetworkMode: 'host' }, { hostNamespaces: ['network'] }],
    [{ PidMode: 'host' }, { hostNamespaces: ['pid'] }],
    [{ Devices: [{ PathOnHost: '/dev/kvm' }] }, { devices: ['/dev/kvm'] }],
    [{ DeviceRequests: [{ Count: -1 }] }, { gpus: true }],
    [{ CapAdd: ['CAP_NET_ADMIN'] }, { capabilities: ['NET_ADMIN'] }],
    [{ SecurityOpt: ['seccomp=unconfined'] }, { securityOptions: ['seccomp=unconfined'] }],
    [{ Runtime: 'runsc' }, { runtimes: ['runsc'] }],
    [{ PidsLimit: 5_000 }, { pids: 5_000 }],
    [{ Binds: ['/srv:/srv'] }, { binds: ['/srv'] }],
    [{ Mounts: [{ Type: 'bind', Source: '/srv', Target: '/srv' }] }, { binds: ['/srv'] }],
  ])('%j names the key of the policy that would allow it: %j', (host, opened) => {
    const [key] = Object.keys(opened);
    expect(asking(host)).toThrow(` (tenant’s containers.${key})`);
    expect(asking(host, opened)).not.toThrow();
  });

  it.each<[object, Partial<ContainerLimits>, string]>([
    [{ PortBindings: { '80/tcp': [{ HostPort: '80' }] } }, { lowestHostPort: 1_024 }, 'lowestHostPort'],
    [{ GroupAdd: ['0'] }, { users: 'non-root' }, 'users'],
  ])('%j names the key of the policy that closed it: %j', (host, closed, key) => {
    expect(asking(host)).not.toThrow();
    expect(asking(host, closed)).toThrow(` (tenant’s containers.${key})`);
  });

  it.each([
    [{ MaskedPaths: [] }, 'other masked or read-only paths of /proc'],
    [{ Mounts: [{ Type: 'npipe', Source: '/x', Target: '/y' }] }, 'mounts of type "npipe"'],
    [{ Mounts: [{ Type: 'volume', VolumeOptions: { DriverConfig: { Name: 'nfs' } } }] }, 'the volume driver "nfs"'],
  ])('%j names none where the policy has no word for it', (host, reason) => {
    expect(asking(host)).toThrow(new RegExp(`^the policy refuses this: ${reason}$`));
  });
});
