import { describe, expect, it } from 'vitest';
import { densityFor, placeAfterKey } from './map-layout.ts';

describe('the map of engines', () => {
  it.each([
    [3, 'card'],
    [25, 'chip'],
    [1_000, 'tile'],
  ] as const)('shows %i engines as a %s each', (engines, density) => {
    expect(densityFor(engines)).toBe(density);
  });

  // 0 1 2 3
  // 4 5 6 7
  // 8 9
  it.each([
    ['ArrowRight', 3, 4],
    ['ArrowLeft', 0, 0],
    ['ArrowUp', 5, 1],
    ['ArrowUp', 2, 2],
    ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 9],
    ['ArrowDown', 8, 8],
    ['End', 0, 9],
    ['Home', 9, 0],
  ])('%s leads from place %i to %i of ten in rows of four', (key, at, to) => {
    expect(placeAfterKey(key, at, 4, 10)).toBe(to);
  });

  it('leaves other keys alone', () => {
    expect(placeAfterKey('a', 0, 4, 10)).toBeUndefined();
    expect(placeAfterKey('End', 0, 4, 0)).toBeUndefined();
  });
});
