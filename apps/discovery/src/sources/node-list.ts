import { BaleenError } from '#contracts';

/** Engines one item of a list may stand for: far above any fleet, so that a typing error cannot fill the memory. */
const rangeMax = 100_000;

/**
 * The range rule (spec 2.5): `[from:to]`, decimal and inclusive, becomes each number in turn, without zero padding.
 * Only one range per item; bounds that are no integers leave the text as it is; from > to gives nothing.
 */
export function expandRange(item: string): string[] {
  const range = /\[(.+):(.+)\]/.exec(item);
  const [text, fromText, toText] = range ?? [];
  if (text === undefined || fromText === undefined || toText === undefined) return [item];
  if (!isInteger(fromText) || !isInteger(toText)) return [item];
  const from = Number(fromText);
  const to = Number(toText);
  if (to - from >= rangeMax) throw new BaleenError('discovery/invalid', `address ${item}: more than ${rangeMax} engines`);
  const entries: string[] = [];
  for (let value = from; value <= to; value++) entries.push(item.replace(text, String(value)));
  return entries;
}

/**
 * One engine's address: `host:port`, `[IPv6]:port` or `unix:///path`. No name is resolved and no number checked (spec 2.1).
 * Throws discovery/invalid with the text classic's users know.
 */
export function parseAddress(item: string): string {
  if (item.startsWith('unix://')) {
    if (!item.startsWith('unix:///')) throw invalidAddress(item, 'path of a unix socket must be absolute');
    return item;
  }
  if (item.startsWith('[')) return parseBracketed(item);
  const colon = item.lastIndexOf(':');
  if (colon < 0) throw invalidAddress(item, 'missing port in address');
  if (item.indexOf(':') !== colon) throw invalidAddress(item, 'too many colons in address');
  if (/[[\]]/.test(item)) throw invalidAddress(item, `unexpected '${item.includes('[') ? '[' : ']'}' in address`);
  return item;
}

/** Addresses of several items, ranges expanded, each address once, in the order of the list. One bad item makes the list invalid. */
export function parseItems(items: readonly string[]): string[] {
  const addresses = items.flatMap((item) => (item.startsWith('unix://') ? [item] : expandRange(item)).map(parseAddress));
  return [...new Set(addresses)];
}

function parseBracketed(item: string): string {
  const end = item.indexOf(']');
  if (end < 0) throw invalidAddress(item, "missing ']' in address");
  const rest = item.slice(end + 1);
  if (rest === '') throw invalidAddress(item, 'missing port in address');
  if (!rest.startsWith(':')) throw invalidAddress(item, 'missing port in address');
  if (rest.indexOf(':', 1) > 0) throw invalidAddress(item, 'too many colons in address');
  return item;
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}

function invalidAddress(item: string, problem: string): BaleenError {
  return new BaleenError('discovery/invalid', item === '' ? problem : `address ${item}: ${problem}`);
}
