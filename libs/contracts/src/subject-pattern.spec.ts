import { expect, it } from 'vitest';
import { subjectMatches } from './subject-pattern.ts';

it.each([
  ['member.>', 'member.a', true],
  ['member.>', 'member.a.b', true],
  ['member.>', 'member', false],
  ['engine.*.info', 'engine.k.info', true],
  ['engine.*.info', 'engine.k.image.x', false],
  ['engine.*', 'engine.k.info', false],
  ['engine.k.info', 'engine.k.info', true],
  ['engine.k.info', 'engine.k', false],
])('the pattern %s and the subject %s: %s', (pattern, subject, matches) => {
  expect(subjectMatches(pattern, subject)).toBe(matches);
});
