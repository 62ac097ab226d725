import { expect, it } from 'vitest';
import { negotiated } from './event-format.ts';

it.each([
  ['', 'application/json'],
  ['*/*', 'application/jsonl'],
  ['application/json', 'application/json'],
  ['text/html', 'application/json'],
  ['application/x-ndjson', 'application/x-ndjson'],
  ['application/json-seq', 'application/json-seq'],
  ['application/jsonl, application/x-ndjson;q=0.9, application/json-seq;q=0.5', 'application/jsonl'],
  ['application/json-seq;q=0.5, application/x-ndjson; q=0.9', 'application/x-ndjson'],
  ['application/jsonl;q=0, application/*;q=0.1, application/json-seq', 'application/json-seq'],
])('a client that accepts %j gets %s', (accept, type) => {
  expect(negotiated(accept)).toBe(type);
});
