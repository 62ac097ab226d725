import { expect, it } from 'vitest';
import { fleetNode } from '../asking/fleet-node.builders.ts';
import { reportLines } from './fleet-report.ts';

it('the report at the start names each engine that does not answer, why, and what to do', () => {
  const silent = { name: '', address: '10.0.0.2:2375', state: 'pending', reason: 'connection refused' } as const;
  const lines = reportLines([fleetNode({}), fleetNode({ name: 'node-3', state: 'drained' }), fleetNode(silent)]);
  expect(lines.slice(0, 2)).toEqual(['engines: 2 of 3 healthy (node-1, node-3)', '  10.0.0.2:2375: connection refused']);
  expect(lines[2]).toContain('Start these daemons');
});

it('the report at the start says that there are no engines', () => {
  expect(reportLines([])).toEqual(['engines: 0 of 0 healthy', '  discovery lists no engine yet: add one to its source']);
});
