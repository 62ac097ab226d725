import { expect, it } from 'vitest';
import { normaliseArguments } from './argument-form.ts';

it('takes -flag for --flag where the flag is known, and leaves everything after -- alone', () => {
  const known = new Set(['--strategy', '--host']);
  expect(
    normaliseArguments(['manage', '-strategy=binpack', '-H', 'x', '-host', 'y', '-unknown', '--', '-strategy'], known),
  ).toEqual(['manage', '--strategy=binpack', '-H', 'x', '--host', 'y', '-unknown', '--', '-strategy']);
});
