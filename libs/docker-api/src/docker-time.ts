/** Docker's times: RFC 3339 with nanoseconds in bodies, `seconds.nanoseconds`, RFC 3339 or Go durations in queries. */

/** ms since 1970 of an RFC 3339 time; 0 for Go's zero time and for what is no time. */
export function timeMs(text: string | undefined): number {
  if (text === undefined || text === '' || text.startsWith('0001-01-01')) return 0;
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(ms) ? 0 : ms;
}

const unitsMs: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A Go duration (`1m30s`) in ms; `undefined` when it is none. */
export function goDurationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g))
    total += Number(amount) * (unitsMs[unit] ?? 0);
  return total;
}

/**
 * `since` and `until` of a query, in nanoseconds since 1970: `1795350632.231`, `1795350632`, RFC 3339 (also without zone or time),
 * or a Go duration before now. `undefined` when it is none of these.
 */
export function queryTimeNanos(text: string, nowMs: number): bigint | undefined {
  const epoch = /^(\d+)(?:\.(\d{1,9}))?$/.exec(text);
  if (epoch !== null) return BigInt(epoch[1] ?? '0') * 1_000_000_000n + BigInt((epoch[2] ?? '').padEnd(9, '0'));
  const duration = goDurationMs(text);
  if (duration !== undefined) return BigInt(Math.round((nowMs - duration) * 1e6));
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const zoned = /[zZ]$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}${text.includes('T') ? '' : 'T00:00:00'}Z`;
  // Date keeps milliseconds only: whole seconds go through it, the fraction is added exactly.
  const ms = Date.parse(zoned.replace(/\.\d+/, ''));
  const fraction = /\.(\d{1,9})/.exec(zoned)?.[1] ?? '';
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Nanoseconds as a query's `seconds.nanoseconds`. */
export function nanosText(nanos: bigint): string {
  return `${nanos / 1_000_000_000n}.${String(nanos % 1_000_000_000n).padStart(9, '0')}`;
}
