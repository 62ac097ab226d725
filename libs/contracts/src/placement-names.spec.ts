import { expect, it } from 'vitest';
import { strategyText } from './placement-names.ts';

it.each([
  ['spread', 'spread'],
  ['binpacking', 'binpack'],
  ['bogus', undefined],
])('--strategy %s is the strategy %s', (given, strategy) => {
  expect(strategyText.safeParse(given).data).toBe(strategy);
});
