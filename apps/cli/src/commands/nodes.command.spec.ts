import { expect, it } from 'vitest';
import { fleetNode as node } from '../asking/fleet-node.builders.ts';
import { nodesTable } from './nodes.command.ts';

const nowMs = 1_700_000_000_000;

it('shows every engine on a line, with state, since, next retry and reason', () => {
  const away = { state: 'unhealthy', reason: 'connection refused', sinceMs: nowMs - 90_000, nextRetryAtMs: nowMs + 700 } as const;
  const table = nodesTable(
    [
      node({ sinceMs: nowMs - 7_200_000, clockDeltaMs: -3_200 }),
      node({ name: '', address: '10.0.0.20:2375', serverVersion: '', containers: 0, running: 0, ...away }),
      node({ name: 'node-3', state: 'drained', sinceMs: nowMs - 4_000, nextRetryAtMs: nowMs - 1 }),
      node({ name: 'node-4', state: 'pending', reason: 'ID duplicated.', nextRetryAtMs: nowMs - 1 }),
    ],
    nowMs,
  );
  expect(table.split('\n')).toEqual([
    'NODE       ADDRESS         STATE      SINCE   NEXT RETRY  CONTAINERS  VERSION  REASON',
    'node-1     10.0.0.1:2375   healthy    2h ago              2/3         28.5.2   its clock is 3.2 s ahead',
    '(unknown)  10.0.0.20:2375  unhealthy  1m ago  in 1s       0/0                  connection refused',
    'node-3     10.0.0.1:2375   drained    4s ago              2/3         28.5.2',
    'node-4     10.0.0.1:2375   pending            now         2/3         28.5.2   ID duplicated.',
    '',
  ]);
});

it('shows what would be orders to a terminal, and keeps each engine on its line', () => {
  const evil = node({ name: 'node-1\u001b[2J', serverVersion: '28\u009b', reason: 'x\nnode-9  10.0.0.9:2375  healthy' });
  const [, line, rest] = nodesTable([evil], nowMs).split('\n');
  expect(line).toContain('node-1\\u001b[2J');
  expect(line).toContain('28\\u009b');
  expect(line).toContain('x\\u000anode-9');
  expect(rest).toBe('');
});
