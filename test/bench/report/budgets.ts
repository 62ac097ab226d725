import type { FigureName } from './row.ts';

/** Where a budget's number comes from: itself, classic's figure of the case, or the limit's in the same run, times `factor` plus `plus`. */
export type BudgetBase = 'number' | 'classic' | 'limit';

export type Budget = {
  /** The case's name, or its beginning before a `*`. */
  readonly case: string;
  /** Sizes it holds at; none = all. */
  readonly sizes?: readonly string[];
  readonly figure: FigureName;
  readonly bound: 'at least' | 'at most';
  readonly base: BudgetBase;
  readonly factor: number;
  readonly plus: number;
};

type Scope = Pick<Budget, 'case' | 'sizes'>;

/** All sizes with more than one engine's worth of containers, at which classic was measured. */
const large = ['100x100', '1000x100'];
const largest = ['1000x100'];

const at = (name: string, sizes?: readonly string[]): Scope => (sizes === undefined ? { case: name } : { case: name, sizes });
const atMost = (scope: Scope, figure: FigureName, factor: number, base: BudgetBase = 'number', plus = 0): Budget => ({
  ...scope,
  figure,
  bound: 'at most',
  base,
  factor,
  plus,
});
const atLeast = (scope: Scope, figure: FigureName, factor: number, base: BudgetBase = 'number'): Budget => ({
  ...scope,
  figure,
  bound: 'at least',
  base,
  factor,
  plus: 0,
});

/** Issue 6's budgets. CPU is that of all processes of Baleen, summed, unless the case says whose. */
export const budgets: readonly Budget[] = [
  atLeast(at('list', large), 'perSecond', 20, 'classic'),
  atMost(at('list', large), 'cpuMs', 1 / 20, 'classic'),
  ...['list by id', 'list by name', 'list by label'].map((name) => atMost(at(name, largest), 'p50Ms', 1)),
  ...['inspect by id', 'inspect by name'].flatMap((name) => [
    atMost(at(name), 'p50Ms', 1.3, 'limit', 0.5),
    atMost(at(name), 'cpuMs', 0.4),
  ]),
  ...['info', 'images', 'networks', 'volumes'].flatMap((name) => [
    atMost(at(name, ['100x100']), 'p50Ms', 2),
    atMost(at(name, largest), 'p50Ms', 20),
  ]),
  atLeast(at('ping'), 'perSecond', 1, 'classic'),
  atMost(at('ping'), 'cpuMs', 1, 'classic'),
  atLeast(at('version'), 'perSecond', 1, 'classic'),
  atMost(at('create+start, 1 client', ['3x10']), 'p50Ms', 1, 'classic'),
  // Classic's 20 a second were one client's: with more of them it died.
  atLeast(at('create+start, best', ['100x100']), 'perSecond', 200),
  atLeast(at('create+start, 64 clients', largest), 'perSecond', 500),
  atMost(at('create+start*'), 'errors', 0),
  atMost(at('create+start*'), 'engineRequests', 4),
  // Independent of the number of containers: ten times as many, within what a measurement wavers.
  atMost(at('decision: *'), 'ratio', 1.5),
  atMost(at('cold start', largest), 'readyMs', 15_000),
  // Of a small fleet the first minutes' inspections are more; they are bounded for the fleet, not for an engine.
  atMost(at('cold start', largest), 'engineRequests', 10),
  atMost(at('cold start', largest), 'rssMib', 1_536),
  atMost(at('restart of *'), 'readyMs', 3_000),
  atMost(at('idle'), 'engineRequests', 2),
  atMost(at('idle', largest), 'cpuPercent', 5),
  atMost(at('events 1000/s*'), 'p50Ms', 3),
  atMost(at('events 1000/s*'), 'p99Ms', 50),
  atMost(at('events *'), 'lost', 0),
  // Keeps up: what waits does not add up over the seconds that it is measured.
  atMost(at('events 4000/s*'), 'p99Ms', 1_000),
  ...['export', 'save', 'archive out', 'archive in'].flatMap((name) => [
    atLeast(at(name), 'mibPerSecond', 0.45, 'limit'),
    atMost(at(name), 'cpuSecondsPerGib', 1.2),
  ]),
  atLeast(at('load'), 'mibPerSecond', 0.3, 'limit'),
  atLeast(at('load to three'), 'mibPerSecond', 0.15, 'limit'),
  // Read to the end instead of followed: the same frames, and an end that a bench can wait for.
  atLeast(at('logs'), 'linesPerSecond', 0.6, 'limit'),
  // Classic's figures are of an engine that makes an exec in 1 ms; a real one takes 100, and wavers by more than the budget.
  atMost(at('exec echo', ['simulated engine']), 'p50Ms', 1, 'limit', 0.06),
  atMost(at('exec whole', ['simulated engine']), 'p50Ms', 1, 'limit', 1.5),
  atMost(at('exec whole', ['simulated engine']), 'cpuMs', 2.5),
  atLeast(at('tunnel: *'), 'mibPerSecond', 0.25, 'limit'),
  atMost(at('tunnel: small request beside a download'), 'p99Ms', 2, 'limit'),
  atMost(at('held*'), 'errors', 0),
  // Flat (flatness.ts); what a process keeps of 200 engines' connections when all is over.
  atMost(at('held, *'), 'rssGrownMib', 1, 'limit'),
  atMost(at('held, *'), 'filesKept', 16),
];
