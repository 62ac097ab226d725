import { expect, it } from 'vitest';
import { z } from 'zod';
import { inAnyCase } from './any-case.ts';

const schema = inAnyCase(z.looseObject({ Name: z.string().nullish(), Labels: z.record(z.string(), z.string()).nullish() }));

it.each([
  ['{"name":"v","LABELS":{"a":"b"}}', { Name: 'v', Labels: { a: 'b' } }],
  ['{"Label\u017f":{"A":"b"}}', { Labels: { A: 'b' } }],
  ['{"Name":"first","name":"last"}', { Name: 'last' }],
  ['{"name":"first","Name":"last"}', { Name: 'last' }],
  ['{"names":"n","driveropts":{}}', { names: 'n', driveropts: {} }],
])('reads %s as Go’s decoder does, each member under one key', (text, read) => {
  expect(schema.parse(JSON.parse(text))).toEqual(read);
});

it.each(['null', '[]', '"text"', '{"name":1}', '{"Name":"v","name":1}'])(
  'refuses %s, as Docker’s own spelling is refused',
  (text) => {
    expect(schema.safeParse(JSON.parse(text)).success).toBe(false);
  },
);
