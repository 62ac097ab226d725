import { expect, it } from 'vitest';
import { formerIdsLabel } from '#contracts';
import { chosenSubnetsLabel, networkAnew, withChosenSubnets } from './network-anew.ts';

const anew = (given: object) =>
  JSON.parse(networkAnew(JSON.stringify({ Id: 'n1', Name: 'app', ...given }))) as Record<string, unknown>;

it('makes it as it was, with the ID that it had', () => {
  const inspected = {
    Created: '2026-01-01T00:00:00Z',
    Scope: 'local',
    Driver: 'bridge',
    Internal: true,
    EnableIPv6: false,
    Containers: {},
    IPAM: { Driver: 'default', Options: {}, Config: [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] },
    Options: { 'com.docker.network.driver.mtu': '1400' },
    Labels: { a: 'b', [formerIdsLabel]: 'n0' },
  };
  expect(anew(inspected)).toEqual({
    Name: 'app',
    CheckDuplicate: true,
    Driver: 'bridge',
    Internal: true,
    EnableIPv6: false,
    IPAM: { Driver: 'default', Options: {}, Config: null },
    Options: { 'com.docker.network.driver.mtu': '1400' },
    Labels: { a: 'b', [formerIdsLabel]: 'n0,n1' },
  });
});

it.each<[string, object, object | null]>([
  ['drawn by its engine: the next draws its own', { Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }, null],
  ['drawn of IPv6', { Subnet: 'fd12:3456:789a::/64', Gateway: 'fd12:3456:789a::1' }, null],
  ['chosen without a gateway', { Subnet: '172.18.0.0/16' }, [{ Subnet: '172.18.0.0/16' }]],
  ['of nobody’s pool', { Subnet: '10.9.0.0/24', Gateway: '10.9.0.1' }, [{ Subnet: '10.9.0.0/24', Gateway: '10.9.0.1' }]],
  [
    'chosen with a range',
    { Subnet: '172.18.0.0/16', Gateway: '172.18.0.1', IPRange: '172.18.5.0/24' },
    [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1', IPRange: '172.18.5.0/24' }],
  ],
])('has its subnet where it was chosen: %s', (_, subnet, expected) => {
  expect(anew({ IPAM: { Driver: 'default', Config: [subnet] } })['IPAM']).toEqual({ Driver: 'default', Config: expected });
});

it('remembers a choice that looks drawn, and labels no other', () => {
  const IPAM = { Config: [{ subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }] };
  const labelled = withChosenSubnets({ IPAM, Labels: { a: 'b' } });
  expect(labelled.Labels).toEqual({ a: 'b', [chosenSubnetsLabel]: 'true' });
  const Config = [{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }];
  expect(anew({ Labels: labelled.Labels, IPAM: { Config } })['IPAM']).toEqual({ Config });
  for (const other of [undefined, null, 'odd', {}, { Config: null }, { Config: [{ Subnet: '10.1.0.0/16' }] }])
    expect(withChosenSubnets({ IPAM: other, Labels: null })).toEqual({ IPAM: other, Labels: null });
});

it('refuses an inspection that is none', () => {
  expect(() => networkAnew('{"message":"no"}')).toThrow("an engine's answer cannot be read");
});
