import { costOf } from '../../e2e/product/process-cost.ts';
import type { Stack } from '../../e2e/product/stack.ts';
import type { ByProcess, ProcessKind } from '../report/row.ts';

/** What the processes of one Baleen have used so far, and hold now. */
export type ProductCosts = { readonly cpuMs: ByProcess; readonly rssMib: ByProcess };

const apps: Readonly<Record<Exclude<ProcessKind, 'manage'>, string>> = {
  gateway: 'api-gateway',
  scheduler: 'scheduler',
  monitor: 'engine-monitor',
  discovery: 'discovery',
  nats: 'nats-server',
};

/** Of those that live now. */
export function productCosts(stack: Stack): ProductCosts {
  const costs = pidsByKind(stack).map(([kind, pids]) => [kind, pids.map(costOf)] as const);
  const summed = (figure: 'cpuMs' | 'rssMb'): ByProcess =>
    Object.fromEntries(costs.map(([kind, each]) => [kind, each.reduce((sum, cost) => sum + cost[figure], 0)]));
  return { cpuMs: summed('cpuMs'), rssMib: summed('rssMb') };
}

export function pidsByKind(stack: Stack): [ProcessKind, number[]][] {
  const children = Object.entries(apps).map(([kind, app]): [ProcessKind, number[]] => [kind as ProcessKind, stack.pids(app)]);
  return [...children, ['manage', [stack.pid]]];
}

/** What was used between two looks, per one of `count`, less what the same time at rest takes. */
export function cpuBetween(before: ByProcess, after: ByProcess, count: number, rest: ByProcess = {}, tookMs = 0): ByProcess {
  return Object.fromEntries(
    Object.entries(after).map(([name, used]) => {
      const kind = name as ProcessKind;
      const spent = used - (before[kind] ?? 0) - (rest[kind] ?? 0) * tookMs;
      return [kind, Math.max(0, spent) / count];
    }),
  );
}
