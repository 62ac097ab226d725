import { expect, it } from 'vitest';
import { gatewayHosts } from './service-plan.ts';

it('a further gateway listens on the next port, or the next socket', () => {
  expect(gatewayHosts(['tcp://127.0.0.1:2375', 'unix:///run/b.sock'], 0, false)).toEqual([
    'tcp://127.0.0.1:2375',
    'unix:///run/b.sock',
  ]);
  expect(gatewayHosts(['tcp://127.0.0.1:2375', 'unix:///run/b.sock'], 2, false)).toEqual([
    'tcp://127.0.0.1:2377',
    'unix:///run/b.sock.2',
  ]);
  expect(gatewayHosts(['tcp://127.0.0.1:2375', 'unix:///run/b.sock'], 2, true)).toEqual([
    'tcp://127.0.0.1:2375',
    'unix:///run/b.sock.2',
  ]);
  expect(gatewayHosts(['fd://3'], 2, false)).toEqual(['fd://3']);
});
