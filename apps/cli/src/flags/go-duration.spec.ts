import { describe, expect, it } from 'vitest';
import { goDurationMs } from './go-duration.ts';

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
