import { BaleenError } from '#contracts';
import { goDurationMs } from '#docker-api';

const nsPerMs = 1_000_000n;
const nsPerSecond = 1_000_000_000n;

/**
 * `since` and `until` as ns since 1970: seconds with up to nine decimals, a date (RFC 3339, also cut short after day, hour or minute;
 * without zone in this machine's), or a Go duration, which counts back from `nowMs` (moby daemon/internal/timestamp). `undefined` when
 * absent. Throws request/invalid.
 */
export function eventTimeNs(name: 'since' | 'until', text: string | null, nowMs: number): bigint | undefined {
  if (text === null || text === '') return undefined;
  const ns = unixNs(text) ?? agoNs(text, nowMs) ?? dateNs(text);
  if (ns !== undefined) return ns;
  throw new BaleenError(
    'request/invalid',
    `invalid value for ${name}: invalid timestamp ${JSON.stringify(text)}: give seconds since 1970, a date as in 2026-01-02T15:04:05Z, or a duration as in 10m`,
  );
}

/** `seconds.nanoseconds`, as engines take times. */
export function engineTime(ns: bigint): string {
  return `${ns / nsPerSecond}.${String(ns % nsPerSecond).padStart(9, '0')}`;
}

export function msOf(ns: bigint): number {
  return Number(ns / nsPerMs);
}

/** More decimals than nine are cut off. */
function unixNs(text: string): bigint | undefined {
  const [, seconds, decimals = ''] = /^([+-]?\d{1,12})(?:\.(\d{0,20}))?$/.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  return BigInt(seconds) * nsPerSecond + BigInt(decimals.slice(0, 9).padEnd(9, '0'));
}

function agoNs(text: string, nowMs: number): bigint | undefined {
  const ms = goDurationMs(text);
  return ms === undefined ? undefined : BigInt(Math.round(nowMs - ms)) * nsPerMs;
}

const dateShape = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?)?(Z|[+-]\d{2}:\d{2})?$/i;

function dateNs(text: string): bigint | undefined {
  const [, day, hour = '00', minute = '00', second = '00', decimals = '', zone = ''] = dateShape.exec(text) ?? [];
  if (day === undefined) return undefined;
  const ms = Date.parse(`${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * nsPerMs + BigInt(decimals.padEnd(9, '0'));
}
