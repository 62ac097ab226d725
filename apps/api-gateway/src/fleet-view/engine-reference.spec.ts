import { expect, it } from 'vitest';
import { engineReference } from './engine-reference.ts';

const facts = { id: 'ab12'.padEnd(64, '0'), names: ['web', 'other/alias'] };

it.each([
  ['web', 'web'],
  ['/web', 'web'],
  ['node-1/web', 'web'],
  ['ab12', 'ab12'],
  [facts.id, facts.id],
  ['f'.repeat(64), facts.id],
])('%s is %s at the engine', (reference, expected) => expect(engineReference(facts, reference)).toBe(expected));
