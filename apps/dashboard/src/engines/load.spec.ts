import { expect, it } from 'vitest';
import { engineOf } from '../feed/feed.builders.ts';
import { loadOf } from './load.ts';

it('takes the scarcer of CPUs and memory for the load, at most all of it; of an engine that has said nothing, none', () => {
  expect(loadOf(engineOf('a', { cpus: 4, reservedCpus: 1, memoryBytes: 100, reservedMemoryBytes: 60 }))).toBe(0.6);
  expect(loadOf(engineOf('a', { cpus: 4, reservedCpus: 5 }))).toBe(1);
  expect(loadOf(engineOf('a', { cpus: 0, memoryBytes: 0 }))).toBe(0);
});
