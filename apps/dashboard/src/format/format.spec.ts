import { expect, it } from 'vitest';
import { ago, duration } from './durations.ts';
import { bytes, cpus, rate, whole } from './quantities.ts';

it.each([
  [0, '0 B'],
  [1_536, '1.5 KiB'],
  [64 * 1024 ** 3, '64 GiB'],
  [120.4 * 1024 ** 2, '120 MiB'],
])('says %d bytes as %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});

it.each([
  [999, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [7_200_000, '2h'],
  [9 * 86_400_000, '9d'],
  [-5_000, '0s'],
])('says %d ms as %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it('says how long ago in one unit, and now of what just was', () => {
  expect([ago(1_000, 1_500), ago(1_000, 13_000)]).toEqual(['now', '12s ago']);
});

it('says figures as precisely as they are read', () => {
  expect([rate(0), rate(0.44), rate(1_234.5), whole(12_480), cpus(1.5), cpus(0.333)]).toEqual([
    '0',
    '0.4',
    '1,235',
    '12,480',
    '1.5',
    '0.33',
  ]);
});
