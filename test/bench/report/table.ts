import { classicFigures } from './classic-figures.ts';
import { type ByProcess, type FigureName, figureColumns, figureNames, processKinds, type Row, shownFigure } from './row.ts';
import { shownVerdict, verdictsOn } from './verdict.ts';

type Column = { readonly head: string; readonly cell: (row: Row) => string };

/** Rows under heads, columns that no row fills left out; the last column says which budgets are met. */
export function tableOf(rows: readonly Row[]): string[] {
  const filled = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  return aligned([filled.map(({ head }) => head), ...rows.map((row) => filled.map(({ cell }) => cell(row)))]);
}

/** Lines of cells, padded to their columns; numbers stand right. */
export function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, column) => (isNumber(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const columns: readonly Column[] = [
  { head: 'case', cell: (row) => row.case },
  { head: 'size', cell: (row) => row.size },
  ...figureNames.flatMap((name): Column[] => [
    { head: figureColumns[name].head, cell: ({ figures }) => shown(name, figures[name]) },
    ...partsOf(name),
  ]),
  ...figureNames.map(
    (name): Column => ({ head: `limit’s ${figureColumns[name].head}`, cell: ({ limit }) => shown(name, limit?.[name]) }),
  ),
  { head: 'classic', cell: (row) => classicOf(row) },
  { head: 'budgets', cell: (row) => verdictsOn(row).map(shownVerdict).join('; ') },
];

/** The processes' shares stand behind their sum. */
function partsOf(name: FigureName): Column[] {
  const source: ((row: Row) => ByProcess | undefined) | undefined =
    name === 'cpuMs' ? (row) => row.cpuMsOf : name === 'rssMib' ? (row) => row.rssMibOf : undefined;
  if (source === undefined) return [];
  return processKinds.map((kind) => ({ head: kind, cell: (row) => shown(name, source(row)?.[kind]) }));
}

function classicOf(row: Row): string {
  const classic = classicFigures[`${row.case} ${row.size}`];
  if (classic === undefined) return '';
  return figureNames
    .filter((name) => row.figures[name] !== undefined && classic[name] !== undefined)
    .map((name) => `${figureColumns[name].head} ${shown(name, classic[name])}`)
    .join(', ');
}

function shown(name: FigureName, value: number | undefined): string {
  return value === undefined ? '' : shownFigure(name, value);
}

function isNumber(cell: string): boolean {
  return /^-?[\d.]+$/.test(cell);
}
