import { describe, expect, it } from 'vitest';
import { goDurationMs, showGoDuration } from './go-duration.ts';

describe('a Go duration', () => {
  it.each([
    ['1m30s', 90_000],
    ['250ms', 250],
    ['1.5h', 5_400_000],
    ['0', 0],
    ['-2s', -2_000],
    ['10us', 0.01],
  ])('%s is %d ms', (text, ms) => expect(goDurationMs(text)).toBeCloseTo(ms));

  it.each(['', '30', 's', '1 m', '1d', '5m3', 'soon'])('%j is none', (text) => expect(goDurationMs(text)).toBeUndefined());
});

it.each([
  [60_000, '1m0s'],
  [1_500, '1.5s'],
  [250, '250ms'],
  [0, '0s'],
  [3_630_000, '1h0m30s'],
])('%d ms are shown as %s', (ms, text) => expect(showGoDuration(ms)).toBe(text));
