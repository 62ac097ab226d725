import { describe, expect, it } from 'vitest';
import { engineTime, eventTimeNs } from './event-time.ts';

const now = Date.parse('2026-01-02T00:00:00Z');
const at = (text: string | null) => {
  const ns = eventTimeNs('since', text, now);
  return ns === undefined ? undefined : engineTime(ns);
};
const local = (text: string) => `${Date.parse(text) / 1_000}.000000000`;

describe('times of an events request', () => {
  it.each([
    ['1700000000', '1700000000.000000000'],
    ['0', '0.000000000'],
    ['1700000000.5', '1700000000.500000000'],
    ['1700000000.1234567891', '1700000000.123456789'],
    ['10m', '1767311400.000000000'],
    ['1h30m', '1767306600.000000000'],
    ['2023-11-14T22:13:20Z', '1700000000.000000000'],
    ['2023-11-14T22:13:20.25+00:00', '1700000000.250000000'],
    ['2023-11-14T23:13+01:00', '1699999980.000000000'],
    ['2023-11-14T22Z', '1699999200.000000000'],
    ['2023-11-14Z', '1699920000.000000000'],
    ['2023-11-14T22:13:20', local('2023-11-14T22:13:20')],
    ['2023-11-14', local('2023-11-14T00:00:00')],
  ])('are read as engines and the CLI read them: %s', (text, seconds) => {
    expect(at(text)).toBe(seconds);
  });

  it('may be absent', () => {
    expect([at(null), at('')]).toEqual([undefined, undefined]);
  });

  it.each(['yesterday', '12x', '2023-13-01', '2023-11-14T99:00', '1.2.3', '10 m'])('are refused with the forms: %s', (text) => {
    expect(() => at(text)).toThrow(`invalid value for since: invalid timestamp "${text}": give seconds`);
  });
});
