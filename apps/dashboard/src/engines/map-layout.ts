/** How much of each engine the map shows: a card with words, a chip with its name, or a tile. */
export type Density = 'card' | 'chip' | 'tile';

/** What fits on one screen of a laptop. */
const cardsMax = 24;
const chipsMax = 160;

export function densityFor(engines: number): Density {
  if (engines <= cardsMax) return 'card';
  return engines <= chipsMax ? 'chip' : 'tile';
}

const steps: Readonly<Record<string, (at: number, columns: number, last: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at, columns) => (at < columns ? at : at - columns),
  // From the last full row into a shorter one: its end.
  ArrowDown: (at, columns, last) => (at + columns <= last ? at + columns : rowOf(at, columns) < rowOf(last, columns) ? last : at),
  Home: () => 0,
  End: (_at, _columns, last) => last,
};

/** Where a key leads from the engine at this place of the map; `undefined` = the key is none of the map's. */
export function placeAfterKey(key: string, at: number, columns: number, count: number): number | undefined {
  const step = steps[key];
  if (step === undefined || count === 0) return undefined;
  return Math.max(0, Math.min(count - 1, step(at, columns, count - 1)));
}

function rowOf(at: number, columns: number): number {
  return Math.floor(at / columns);
}
