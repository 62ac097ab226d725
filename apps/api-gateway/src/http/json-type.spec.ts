import { expect, it } from 'vitest';
import { requireJsonType } from './json-type.ts';

it('takes JSON with any parameters, and refuses the rest in the words of an engine', () => {
  expect(() => requireJsonType('application/json; charset=utf-8')).not.toThrow();
  expect(() => requireJsonType('text/plain')).toThrow("unsupported Content-Type header (text/plain): must be 'application/json'");
  expect(() => requireJsonType(undefined)).toThrow('malformed Content-Type header (): mime: no media type');
});
