import { expect, it } from 'vitest';
import { growthOf } from './flatness.ts';

const minutes = 30;
const breathMib = 24;
const watched = (mib: (minute: number) => number) =>
  Array.from({ length: minutes * 10 + 1 }, (_, index) => ({ atMs: index * 6_000, mib: mib(index / 10) }));

it('calls memory flat that is taken while the process warms up, and moves with its collector', () => {
  const growth = growthOf(
    watched((minute) => 100 + Math.min(50, minute * 10) + 10 * Math.sin(minute)),
    breathMib,
  );
  expect(growth.isFlat).toBe(true);
  expect(growth.slopeMib).toBeCloseTo(0, 0);
});

it('finds what is kept of a steady load', () => {
  const growth = growthOf(
    watched((minute) => 100 + 2 * minute),
    breathMib,
  );
  expect(growth).toEqual({ slopeMib: expect.closeTo(2), grownMib: expect.closeTo(30), allowedMib: 24, isFlat: false });
});
