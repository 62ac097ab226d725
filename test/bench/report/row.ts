import { z } from 'zod';

/** The processes of Baleen, as tables name them; `manage` is the one that starts the others. */
export const processKinds = ['gateway', 'scheduler', 'monitor', 'discovery', 'nats', 'manage'] as const;
export type ProcessKind = (typeof processKinds)[number];

/** A figure for each kind of process; several processes of a kind are summed. */
export const ByProcess = z.partialRecord(z.enum(processKinds), z.number());
export type ByProcess = Readonly<z.infer<typeof ByProcess>>;

/** What is measured, with the head of its column and how many digits are worth reading. Units are in the names. */
export const figureColumns = {
  perSecond: { head: 'per s', digits: 0 },
  p50Ms: { head: 'p50 ms', digits: 2 },
  p99Ms: { head: 'p99 ms', digits: 2 },
  slowestMs: { head: 'slowest ms', digits: 0 },
  cpuMs: { head: 'CPU ms', digits: 3 },
  engineRequests: { head: 'engine requests', digits: 2 },
  readyMs: { head: 'ready ms', digits: 0 },
  gapMs: { head: 'no service ms', digits: 0 },
  errors: { head: 'errors', digits: 0 },
  lost: { head: 'lost', digits: 0 },
  cpuPercent: { head: 'CPU % of a core', digits: 1 },
  mibPerSecond: { head: 'MiB/s', digits: 0 },
  linesPerSecond: { head: 'lines/s', digits: 0 },
  cpuSecondsPerGib: { head: 'CPU s/GiB', digits: 2 },
  rssMib: { head: 'RSS MiB', digits: 0 },
  rssSlopeMib: { head: 'RSS MiB/min', digits: 2 },
  rssGrownMib: { head: 'grown MiB', digits: 1 },
  filesKept: { head: 'files kept', digits: 0 },
  ratio: { head: 'ratio', digits: 2 },
} as const satisfies Readonly<Record<string, { readonly head: string; readonly digits: number }>>;
export type FigureName = keyof typeof figureColumns;
export const figureNames = Object.keys(figureColumns) as FigureName[];

export const Figures = z.partialRecord(z.enum(figureNames), z.number());
export type Figures = Readonly<z.infer<typeof Figures>>;

/** One measurement. What is per something (CPU, engine requests) is per request, or per what `case` says. */
export const Row = z.object({
  case: z.string(),
  /** `ENGINESxCONTAINERS`, or what else says how big. */
  size: z.string(),
  figures: Figures,
  /** Per request, above what the fleet takes at rest. */
  cpuMsOf: ByProcess.optional(),
  rssMibOf: ByProcess.optional(),
  /** The same asked of a bare engine, simulator or socket in the same run: what nothing in front of it can beat. */
  limit: Figures.optional(),
});
export type Row = Readonly<z.infer<typeof Row>>;

export function sumOf(parts: ByProcess): number {
  return Object.values(parts).reduce((sum, part) => sum + part, 0);
}

export function shownFigure(name: FigureName, value: number): string {
  return value.toFixed(figureColumns[name].digits);
}
