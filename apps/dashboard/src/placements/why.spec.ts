import { expect, it } from 'vitest';
import { why } from './why.ts';

const placed = { operation: 'o', name: 'web', image: 'busybox', strategy: 'spread', cause: 'create', atMs: 1, refusals: [] };

it('tells of a placement its strategy, its score and who was refused; of a refusal what the client was told', () => {
  const refusals = [{ filter: 'port', reason: 'port 80 is already allocated', engines: 2 }];
  expect(why({ ...placed, node: 'node-1', score: 3.14159, refusals })).toBe('spread, score 3.14 · refused by port (2)');
  expect(why({ ...placed, node: 'node-1' })).toBe('spread');
  expect(why({ ...placed, failure: 'no engine has room' })).toBe('no engine has room');
});
