import { expect, it } from 'vitest';
import { isNetworkOfMachine, isVolumeOfMachine } from './machine-bound.ts';

it.each<[boolean, Record<string, string> | null]>([
  [false, null],
  [false, { 'com.docker.network.driver.mtu': '1400', 'com.docker.network.bridge.enable_icc': 'false' }],
  [false, { 'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0' }],
  [false, { 'com.docker.network.bridge.host_binding_ipv4': '127.0.0.1' }],
  [true, { 'com.docker.network.bridge.host_binding_ipv4': '10.0.0.5' }],
  [true, { 'com.docker.network.bridge.name': 'br-lan' }],
  [true, { 'com.docker.network.host_ipv4': '10.0.0.5' }],
])('%s: a network of %j is one of its machine', (expected, options) => {
  expect(isNetworkOfMachine(options)).toBe(expected);
});

it.each<[boolean, Record<string, string> | null]>([
  [false, null],
  [false, { type: 'tmpfs', device: 'tmpfs', o: 'size=100m,uid=1000' }],
  [false, { type: 'nfs', device: ':/export', o: 'addr=10.0.0.9,rw' }],
  [false, { type: 'cifs', device: '//nas/share', o: 'username=a' }],
  [true, { type: 'none', o: 'bind', device: '/srv/data' }],
  [true, { type: 'ext4', device: '/dev/sdb1' }],
  [true, { type: 'overlay', device: 'overlay', o: 'lowerdir=/srv/a,upperdir=/srv/b,workdir=/srv/c' }],
])('%s: a volume of %j is one of its machine', (expected, options) => {
  expect(isVolumeOfMachine(options)).toBe(expected);
});
