import { hostname } from 'node:os';
import { expect, it } from 'vitest';
import { certifiedHosts, dialledAddress } from './nats-door.ts';

it.each([
  [{ host: '10.0.0.1', port: 4222 }, 'tls://10.0.0.1:4222'],
  [{ host: 'fd00::1', port: 4222 }, 'tls://[fd00::1]:4222'],
  [{ host: '0.0.0.0', port: 4222 }, `tls://${hostname()}:4222`],
])('agents dial %j at %s', (door, address) => {
  expect(dialledAddress(door)).toBe(address);
});

it('a server that listens everywhere is certified under its name and every address', () => {
  expect(certifiedHosts({ host: '0.0.0.0', port: 4222 })).toEqual(expect.arrayContaining([hostname(), '127.0.0.1']));
  expect(certifiedHosts({ host: 'fleet.example', port: 4222 })).toEqual(['fleet.example']);
});
