import { BaleenError } from '#contracts';
import { parseAddress } from './address.ts';

/** Engines one list may name: far above any fleet, so that neither a typing error nor a foreign store fills the memory. */
export const enginesMax = 100_000;

export type ItemForm = {
  /** The range rule applies (lists that people write), or each item is one address (what registries hold). */
  readonly ranges: boolean;
};

export type ReadItems = {
  readonly addresses: readonly string[];
  /** discovery/invalid, one for each item that is no address. */
  readonly problems: readonly BaleenError[];
};

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
  if (to - from >= enginesMax) throw new BaleenError('discovery/invalid', `address ${item}: more than ${enginesMax} engines`);
  const entries: string[] = [];
  for (let value = from; value <= to; value++) entries.push(item.replace(text, String(value)));
  return entries;
}

/** Addresses of several items, ranges expanded, each address once, in the order of the list. One bad item makes the list invalid. */
export function parseItems(items: readonly string[]): string[] {
  const { addresses, problems } = readItems(items, { ranges: true });
  const [first] = problems;
  if (first !== undefined) throw first;
  return [...addresses];
}

/**
 * The addresses among the items, each once, and what is wrong with the others: a bad one hides no good one.
 * Throws discovery/invalid when there are more than `enginesMax`.
 */
export function readItems(items: readonly string[], form: ItemForm): ReadItems {
  const addresses = new Set<string>();
  const problems: BaleenError[] = [];
  for (const item of items) {
    try {
      const entries = form.ranges && !item.startsWith('unix://') ? expandRange(item) : [item];
      for (const address of entries.map(parseAddress)) addresses.add(address);
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      problems.push(error);
    }
    if (addresses.size > enginesMax) {
      throw new BaleenError('discovery/invalid', `the list names more than ${enginesMax} engines: nothing of it is used`);
    }
  }
  return { addresses: [...addresses], problems };
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}
