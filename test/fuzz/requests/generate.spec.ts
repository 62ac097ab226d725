import { expect, it } from 'vitest';
import { requestsOf } from './generate.ts';
import { pathsOf, replacedAt } from './variation.ts';

it('makes the same requests of the same seed', () => {
  expect(requestsOf(7, 20)).toEqual(requestsOf(7, 20));
  expect(requestsOf(8, 20)).not.toEqual(requestsOf(7, 20));
});

it('fills every parameter of a path', () => {
  for (const { request } of requestsOf(1, 200))
    expect(request.target).not.toMatch(/\{(container|image|network|volume|exec|text|reference)\}/);
});

it('replaces one member of a body and leaves the others', () => {
  const body = { a: { b: [1, 2] }, c: 3 };
  expect(pathsOf(body)).toEqual([['a'], ['a', 'b'], ['a', 'b', 0], ['a', 'b', 1], ['c']]);
  expect(replacedAt(body, ['a', 'b', 1], 'x')).toEqual({ a: { b: [1, 'x'] }, c: 3 });
});
