import { expect, it } from 'vitest';
import { gatewayHosts, withHealthPorts } from './service-plan.ts';

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

it('each process has a health port of its own', () => {
  const plans = [
    { name: 'discovery', app: 'discovery', env: { A: '1' } },
    { name: 'scheduler', app: 'scheduler', env: {} },
  ] as const;
  expect(withHealthPorts(plans, '9100').map(({ env }) => env)).toEqual([
    { A: '1', BALEEN_HEALTH_PORT: '9100' },
    { BALEEN_HEALTH_PORT: '9101' },
  ]);
});

it.each([undefined, '0', 'none'])('a health port of %s is left to them', (first) => {
  const plans = [{ name: 'discovery', app: 'discovery', env: {} }] as const;
  expect(withHealthPorts(plans, first)).toBe(plans);
});
