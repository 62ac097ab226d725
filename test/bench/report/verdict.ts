import { type Budget, budgets } from './budgets.ts';
import { classicFigures } from './classic-figures.ts';
import { type FigureName, figureColumns, type Row, shownFigure } from './row.ts';

export type Verdict = {
  readonly figure: FigureName;
  readonly bound: Budget['bound'];
  readonly allowed: number;
  readonly measured: number;
  readonly isMet: boolean;
};

/** Holds a row against every budget of its case and size; those whose base was not measured give none. */
export function verdictsOn(row: Row, against: readonly Budget[] = budgets): Verdict[] {
  return against.filter((budget) => holdsFor(budget, row)).flatMap((budget) => verdictOn(row, budget) ?? []);
}

export function shownVerdict({ figure, bound, allowed, measured, isMet }: Verdict): string {
  const sign = bound === 'at least' ? '≥' : '≤';
  return `${figureColumns[figure].head} ${sign} ${shownFigure(figure, allowed)}: ${isMet ? 'met' : `not met (${shownFigure(figure, measured)})`}`;
}

function verdictOn(row: Row, { figure, bound, base, factor, plus }: Budget): Verdict | undefined {
  const measured = row.figures[figure];
  const from = { number: 1, classic: classicFigures[`${row.case} ${row.size}`]?.[figure], limit: row.limit?.[figure] }[base];
  if (measured === undefined || from === undefined) return undefined;
  const allowed = from * factor + plus;
  return { figure, bound, allowed, measured, isMet: bound === 'at least' ? measured >= allowed : measured <= allowed };
}

function holdsFor(budget: Budget, row: Row): boolean {
  const isCase = budget.case.endsWith('*') ? row.case.startsWith(budget.case.slice(0, -1)) : row.case === budget.case;
  return isCase && (budget.sizes?.includes(row.size) ?? true);
}
