import type { NetworkInterfaceInfo } from 'node:os';
import { expect, it } from 'vitest';
import { ownAddress } from './own-address.ts';

const at = (address: string, internal = false): NetworkInterfaceInfo[] => [
  address.includes(':')
    ? { address, netmask: '', mac: '', internal, cidr: null, family: 'IPv6', scopeid: address.startsWith('fe80') ? 2 : 0 }
    : { address, netmask: '', mac: '', internal, cidr: null, family: 'IPv4' },
];

it.each([
  ['the first outer IPv4 address', { lo: at('127.0.0.1', true), docker0: at('172.17.0.1'), eth0: at('10.0.0.5') }, '10.0.0.5'],
  ['IPv6 where there is no IPv4', { lo: at('::1', true), eth0: [...at('fe80::1'), ...at('2001:db8::5')] }, '2001:db8::5'],
  ['nothing on a machine without a network', { lo: at('127.0.0.1', true), 'br-1a2b': at('172.18.0.1') }, undefined],
])('finds %s', (_, interfaces, address) => {
  expect(ownAddress(interfaces)).toBe(address);
});
