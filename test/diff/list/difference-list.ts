import type { Difference } from '../compare/difference.ts';

/** One Baleen over one engine, or over three. */
export type FleetSize = 'one' | 'three';
export type Generation = 'old' | 'new';

/** A row of docs/differences.md. */
export type ListedDifference = {
  readonly id: string;
  /** As in `GET /info`; `*` stands for any characters. */
  readonly requests: string;
  readonly field: string;
  readonly fleets: readonly FleetSize[];
  readonly engines: readonly Generation[];
  readonly reason: string;
};

export type SetUp = { readonly fleet: FleetSize; readonly engines: Generation };

/** Rows are those whose first cell is an id in backticks: `| \`D1\` | \`GET /info\` | \`body $.ID\` | one three | old new | why |`. */
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
    id: bare(id),
    requests: bare(requests),
    field: bare(field),
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

function bare(cell: string): string {
  return cell.replace(/^`(.*)`$/, '$1');
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
  return globbed(row.requests).test(difference.request) && globbed(row.field).test(difference.field);
}

function globbed(pattern: string): RegExp {
  const literal = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's');
}
