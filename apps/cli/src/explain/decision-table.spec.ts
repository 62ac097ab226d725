import { expect, it } from 'vitest';
import type { DecisionRecord } from '#contracts';
import { decisionTable } from './decision-table.ts';

const asked = {
  operation: 'op',
  name: 'web',
  image: 'busybox',
  strategy: 'spread',
  pass: 'soft',
  cause: 'explain',
  atMs: 0,
} as const;
const title = 'web (image busybox), strategy spread, soft pass, 1970-01-01T00:00:00.000Z, cause: explain\n';

it('shows each engine on a line, the chosen one marked; its score where it is told', () => {
  const candidates = [
    { engine: 'a', node: 'n1', score: 0.5 },
    { engine: 'b', node: 'node-2', refusedBy: 'port', reason: 'port 80 is already\nallocated' },
  ];
  const record: DecisionRecord = { ...asked, chosen: 'a', chosenNode: 'n1', candidates };
  expect(decisionTable(record)).toBe(
    `${title}* n1      fits, score 0.5\n  node-2  refused by port: port 80 is already\\u000aallocated\nchosen: n1\n`,
  );
  const own = { ...record, candidates: [{ engine: 'a', node: 'n1' }] };
  expect(decisionTable(own)).toBe(`${title}* n1    fits\nchosen: n1\n`);
});

it('says why a container would go nowhere', () => {
  expect(decisionTable({ ...asked, candidates: [], failure: 'no engine:\n memory' })).toBe(
    `${title}nowhere: no engine:\n memory\n`,
  );
});
