import { expect, it } from 'vitest';
import { publishedAddress } from './published-addresses.ts';

const listed = (...ports: object[]) => Buffer.from(JSON.stringify([{ Ports: ports }]));
const asked = { kind: 'port', protocol: 'tcp', port: 80 } as const;

it.each([
  [[{ IP: '0.0.0.0', PublicPort: 80, Type: 'tcp' }], '127.0.0.1'],
  [[{ PublicPort: 80 }], '127.0.0.1'],
  [[{ IP: '::', PublicPort: 80, Type: 'tcp' }], '::1'],
  [
    [
      { IP: '::', PublicPort: 80, Type: 'tcp' },
      { IP: '0.0.0.0', PublicPort: 80, Type: 'tcp' },
    ],
    '127.0.0.1',
  ],
  [[{ IP: '10.0.0.5', PublicPort: 80, Type: 'tcp' }], '10.0.0.5'],
  [[{ IP: '0.0.0.0', PublicPort: 80, Type: 'udp' }], undefined],
  [[{ IP: '0.0.0.0', PublicPort: 81, Type: 'tcp' }], undefined],
  [[{ PrivatePort: 80, Type: 'tcp' }], undefined],
])('a daemon that lists %j has port 80/tcp at %s', (ports, address) => {
  expect(publishedAddress(listed(...ports), asked)).toBe(address);
});

it.each(['[', '{}', '[{"Ports":"none"}]'])('refuses %s as no list of containers', (text) => {
  expect(() => publishedAddress(Buffer.from(text), asked)).toThrow(expect.objectContaining({ code: 'engine/bad-answer' }));
});
