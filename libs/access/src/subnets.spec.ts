import { expect, it } from 'vitest';
import { parseSubnet, subnetTest } from './subnets.ts';

const isAllowed = subnetTest(['10.20.0.0/16', 'fd00:1::/32']);

it.each(['10.20.0.0/16', '10.20.255.0/24', '10.20.1.2', 'fd00:1:2::/64', 'FD00:1::1'])('%s lies within', (text) => {
  expect(isAllowed(text)).toBe(true);
});

it.each(['10.20.0.0/15', '10.21.0.0/24', '0.0.0.0/0', 'fd00:2::/64', '::/0', '::ffff:10.20.0.1', '::ffff:a14:1', '10.20.0.0/33'])(
  '%s does not',
  (text) => {
    expect(isAllowed(text)).toBe(false);
  },
);

it.each(['', '10.20.0', '010.20.0.0/16', '10.20.0.0/', '10.20.0.0/1e1', 'fd00::1%eth0', ' 10.20.0.0', 'x'])(
  '%j is no subnet',
  (text) => {
    expect(parseSubnet(text)).toBeUndefined();
  },
);
