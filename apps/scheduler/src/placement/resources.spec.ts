import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placementRequest } from '../fleet/fleet.builders.ts';
import { candidate } from './candidate.builders.ts';
import { amount, promisable, scoreResources } from './resources.ts';

describe('resources', () => {
  it.each([
    [100, 0.29, 129],
    [100, 0.05, 105],
    [100, 0.07, 107],
    [1_000_000_007, 0.1, 1_100_000_008],
    [100, -0.5, 50],
    [100, 0, 100],
  ])('%i bytes overcommitted by %f are %i', (memoryBytes, overcommit, expected) =>
    expect(promisable(candidate('a', { identity: { memoryBytes } }), overcommit).memoryBytes).toBe(expected),
  );

  it('score in whole percent of what may be promised', () => {
    const engine = candidate('a', { identity: { memoryBytes: 1_000, cpus: 4 }, usedMemoryBytes: 125, usedNanoCpus: 1e9 });
    const request = placementRequest({ memoryBytes: 250, nanoCpus: 1e9 });
    expect(scoreResources(engine, request, 0)).toEqual({ scores: { cpu: 50, memory: 37 } });
    expect(scoreResources(engine, placementRequest(), 0)).toEqual({ scores: { cpu: 100, memory: 100 } });
  });

  it('fit exactly when what is used and what is wanted are no more than what may be promised', () =>
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.double({ min: -0.9, max: 2, noNaN: true }), (used, wanted, overcommit) => {
        const engine = candidate('a', { usedMemoryBytes: used });
        const scored = scoreResources(engine, placementRequest({ memoryBytes: wanted }), overcommit);
        expect('scores' in scored).toBe(wanted === 0 || used + wanted <= promisable(engine, overcommit).memoryBytes);
      }),
    ));

  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [2 * 1024 ** 3, '2 GiB'],
    [1.19 * 1024 ** 3, '1.1 GiB'],
    [2 * 1024 ** 5, '2048 TiB'],
  ])('%i bytes are shown as %s', (count, text) => expect(amount('memory', count)).toBe(text));

  it('show CPUs as users write them', () => expect(amount('CPUs', 1.5e9)).toBe('1.5'));
});
