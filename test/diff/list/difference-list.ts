import type { Difference } from '../compare/difference.ts';

/** One Baleen over one engine, or over three. */
export type FleetSize = 'one' | 'three';
export type Generation = 'old' | 'new';

/** A row of docs/differences.md. */
export type ListedDifference = {
  readonly id: string;
  /** As in `GET /info`; `*` stands for any characters. One of them fits. */
  readonly requests: readonly string[];
  readonly fields: readonly string[];
  readonly fleets: readonly FleetSize[];
  readonly engines: readonly Generation[];
  readonly reason: string;
};

export type SetUp = { readonly fleet: FleetSize; readonly engines: Generation };

/**
 * Rows are those whose first cell is an id in backticks: `| \`D1\` | \`GET /info\` | \`body $.ID\` | one three | old new | why |`.
 * A request's and a field's cell may hold several patterns.
 */
export function parseDifferenceList(markdown: string): ListedDifference[] {
  const rows = markdown.split('\n').filter((line) => /^\| `D\d+` \|/.test(line));
  const listed = rows.map(parseRow);
  const twice = listed.find(({ id }, index) => listed.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined) throw new Error(`docs/differences.md lists ${twice.id} twice`);
  return listed;
}

function parseRow(row: string): ListedDifference {
  // `\|` is a bar inside a cell.
  const cells = row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
  const [, id = '', requests = '', field = '', fleets = '', engines = '', reason = ''] = cells;
  if (reason === '' || cells.length !== 8) throw new Error(`docs/differences.md: a row has six cells and a reason: ${row}`);
  return {
    id: patterns(id, row).join(),
    requests: patterns(requests, row),
    fields: patterns(field, row),
    fleets: words(fleets, ['one', 'three'], row),
    engines: words(engines, ['old', 'new'], row),
    reason,
  };
}

function words<T extends string>(cell: string, known: readonly T[], row: string): T[] {
  const said = cell.split(' ');
  const unknown = said.find((word) => !known.includes(word as T));
  if (unknown !== undefined) throw new Error(`docs/differences.md: '${unknown}' is none of ${known.join(', ')}: ${row}`);
  return known.filter((word) => said.includes(word));
}

function patterns(cell: string, row: string): string[] {
  const found = [...cell.matchAll(/`([^`]+)`/g)].map(([, pattern = '']) => pattern);
  if (found.length === 0) throw new Error(`docs/differences.md: patterns stand in backticks: ${row}`);
  return found;
}

export type Judgement = {
  /** Found and not listed: faults, or rows to be written. */
  readonly unlisted: readonly Difference[];
  /** Listed for this set-up and not found: rows to be taken out. */
  readonly stale: readonly ListedDifference[];
};

/** Holds what was found in a set-up against the list. */
export function judge(found: readonly Difference[], list: readonly ListedDifference[], { fleet, engines }: SetUp): Judgement {
  const valid = list.filter((row) => row.fleets.includes(fleet) && row.engines.includes(engines));
  return {
    unlisted: found.filter((difference) => !valid.some((row) => covers(row, difference))),
    stale: valid.filter((row) => !found.some((difference) => covers(row, difference))),
  };
}

function covers(row: ListedDifference, difference: Difference): boolean {
  const fits = (allowed: readonly string[], text: string) => allowed.some((pattern) => globbed(pattern).test(text));
  return fits(row.requests, difference.request) && fits(row.fields, difference.field);
}

function globbed(pattern: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's');
}
