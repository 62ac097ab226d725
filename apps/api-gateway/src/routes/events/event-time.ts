import { BaleenError } from '#contracts';

/** `since` and `until` as clients send them, `seconds` or `seconds.nanoseconds`, in ms since 1970; `undefined` when absent or 0. */
export function eventTimeMs(name: 'since' | 'until', text: string | null): number | undefined {
  if (text === null || text === '' || /^0(\.0*)?$/.test(text)) return undefined;
  if (!/^-?\d+(\.\d{1,9})?$/.test(text)) throw new BaleenError('request/invalid', `invalid value for ${name}: ${text}`);
  return Number(text) * 1_000;
}
