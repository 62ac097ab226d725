import { expect, it } from 'vitest';
import { fleetNode } from '../asking/fleet-node.builders.ts';
import { reportLines } from './fleet-report.ts';

it('the report at the start names each engine that does not answer, why, and what to do', () => {
  const silent = { name: '', address: '10.0.0.2:2375', state: 'pending', reason: 'connection refused' } as const;
  const lines = reportLines([fleetNode({}), fleetNode({ name: 'node-3', state: 'drained' }), fleetNode(silent)], []);
  expect(lines.slice(0, 2)).toEqual(['engines: 2 of 3 healthy (node-1, node-3)', '  10.0.0.2:2375: connection refused']);
  expect(lines[2]).toContain('Start these daemons');
});

it('the report at the start says of agents that are away to start those, and nothing of addresses', () => {
  const away = { address: 'nats://0123456789abcdef', state: 'disconnected', reason: 'its agent is not connected' } as const;
  const lines = reportLines([fleetNode(away)], []);
  expect(lines.slice(0, 2)).toEqual([
    'engines: 0 of 1 healthy',
    '  node-1 (nats://0123456789abcdef): its agent is not connected',
  ]);
  expect(lines[2]).toContain('see that it runs there (baleen join --token FILE)');
  expect(lines).toHaveLength(3);
});

it('the report at the start says how a fleet without engines gets one', () => {
  expect(reportLines([], ['baleen join-token --nats-dir /n > engine.token'])).toEqual([
    'no engine yet',
    '  to add one: baleen join-token --nats-dir /n > engine.token',
  ]);
});
