import { describe, expect, it } from 'vitest';
import { isWorthGivingBack, type MemorySight } from './memory-at-rest.ts';

const mib = 1024 * 1024;
const sight = (given: Partial<MemorySight> = {}): MemorySight => ({ atMs: 0, cpuMs: 0, slackBytes: 100 * mib, ...given });
const later = (given: Partial<MemorySight> = {}) => sight({ atMs: 5_000, cpuMs: 100, ...given });

describe('memory of a process', () => {
  it('is given back when it rests', () => {
    expect(isWorthGivingBack(sight(), later(), undefined)).toBe(true);
  });

  it.each<[string, MemorySight, number | undefined]>([
    ['while it works', later({ cpuMs: 600 }), undefined],
    ['when that is little', later({ slackBytes: 10 * mib }), undefined],
    ['when some was given back lately', later({ atMs: 1_805_000 }), 100_000],
  ])('is kept %s', (_, now, givenBackAtMs) => {
    expect(isWorthGivingBack(sight({ atMs: now.atMs - 5_000 }), now, givenBackAtMs)).toBe(false);
  });

  it('is given back again after a while', () => {
    const now = later({ atMs: 1_905_000 });
    expect(isWorthGivingBack(sight({ atMs: 1_900_000 }), now, 100_000)).toBe(true);
  });
});
