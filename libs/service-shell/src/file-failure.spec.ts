import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileFailure } from './file-failure.ts';

it('says why a file could not be used, and not which one again', () => {
  const failureOf = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      return fileFailure(error);
    }
  };
  expect(failureOf('/nowhere/policy.json')).toBe('no such file or directory');
  expect(failureOf('/')).toBe('illegal operation on a directory');
  expect(fileFailure(new Error('holds no key'))).toBe('holds no key');
});
