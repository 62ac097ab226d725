import { expect, it } from 'vitest';
import { noticeOf } from './placement-notice.ts';

it('tells of a decision who was chosen and sums up who was refused, the most frequent reasons first', () => {
  const refused = (node: string, reason: string) => ({ engine: node, node, refusedBy: 'port', reason });
  const decision = {
    operation: 'op',
    name: 'web',
    image: 'busybox',
    strategy: 'spread',
    pass: 'soft' as const,
    chosen: 'd',
    chosenNode: 'node-d',
    candidates: [
      refused('a', 'port 80 is taken'),
      refused('b', 'port 443 is taken'),
      refused('c', 'port 443 is taken'),
      { engine: 'd', node: 'node-d', score: 2 },
    ],
    cause: 'create',
    atMs: 5,
  };
  expect(noticeOf(decision)).toEqual({
    operation: 'op',
    name: 'web',
    image: 'busybox',
    strategy: 'spread',
    node: 'node-d',
    score: 2,
    refusals: [
      { filter: 'port', reason: 'port 443 is taken', engines: 2 },
      { filter: 'port', reason: 'port 80 is taken', engines: 1 },
    ],
    cause: 'create',
    atMs: 5,
  });
});
