import { figureColumns, figureNames, type Row, shownFigure } from './row.ts';
import { aligned } from './table.ts';

/** What both runs measured, and now as a part of then: below 1 is better for times and costs, above 1 for rates. */
export function comparison(now: readonly Row[], then: readonly Row[]): string[] {
  const known = new Map(then.map((row) => [`${row.case} ${row.size}`, row]));
  const lines = now.flatMap((row) => {
    const before = known.get(`${row.case} ${row.size}`);
    if (before === undefined) return [];
    return figureNames.flatMap((name) => {
      const [was, is] = [before.figures[name], row.figures[name]];
      if (was === undefined || is === undefined) return [];
      const ratio = was === 0 ? '' : (is / was).toFixed(2);
      return [[row.case, row.size, figureColumns[name].head, shownFigure(name, was), shownFigure(name, is), ratio]];
    });
  });
  return aligned([['case', 'size', 'figure', 'then', 'now', 'ratio'], ...lines]);
}
