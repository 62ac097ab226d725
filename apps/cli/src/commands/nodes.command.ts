import type { Command } from 'commander';
import { type FleetNode, printable } from '#contracts';
import { systemClock } from '#service-shell';
import { type AskingOptions, addAskingOptions, askedGateway } from '../asking/asked-gateway.ts';
import { askNodes } from '../asking/fleet-nodes.ts';
import type { CommandContext } from './command-context.ts';
import { jsonText } from './json-text.ts';

/** `baleen nodes`: every engine of the fleet with its state, the reason, since when, and when it is tried again. */
export function addNodes(program: Command, { env }: CommandContext): void {
  const command = program
    .command('nodes')
    .alias('n')
    .description('the engines of a running fleet: state, reason, since when, next retry')
    .option('--json', 'everything a gateway knows of them, for scripts')
    .action(async (options: AskingOptions & { json?: boolean }) => {
      const nodes = await askNodes(askedGateway(options, env));
      const isJson = options.json === true;
      process.stdout.write(isJson ? jsonText(nodes) : nodesTable(nodes, systemClock.nowMs()));
    });
  addAskingOptions(command);
}

const columns = ['NODE', 'ADDRESS', 'STATE', 'SINCE', 'NEXT RETRY', 'CONTAINERS', 'VERSION', 'REASON'] as const;

/** A line a node, the reason last because it is long. */
export function nodesTable(nodes: readonly FleetNode[], nowMs: number): string {
  const rows = [columns, ...nodes.map((node) => cells(node, nowMs).map(printable))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

function cells(node: FleetNode, nowMs: number): string[] {
  const isAway = node.state !== 'healthy' && node.state !== 'drained';
  return [
    node.name === '' ? '(unknown)' : node.name,
    node.address,
    node.state,
    node.sinceMs === undefined ? '' : `${span(nowMs - node.sinceMs)} ago`,
    isAway && node.nextRetryAtMs !== undefined ? nextRetry(node.nextRetryAtMs - nowMs) : '',
    `${node.running}/${node.containers}`,
    node.serverVersion,
    [...(node.reason === undefined ? [] : [node.reason]), ...skew(node.clockDeltaMs)].join('; '),
  ];
}

function nextRetry(inMs: number): string {
  return inMs <= 0 ? 'now' : `in ${span(inMs)}`;
}

function skew(clockDeltaMs: number): string[] {
  if (clockDeltaMs === 0) return [];
  return [`its clock is ${(Math.abs(clockDeltaMs) / 1_000).toFixed(1)} s ${clockDeltaMs > 0 ? 'behind' : 'ahead'}`];
}

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'm'],
] as const;

/** The largest unit that fits, whole: `3d`, `2h`, `5m`, `40s`. */
function span(ms: number): string {
  const unit = units.find(([lengthMs]) => ms >= lengthMs);
  return unit === undefined ? `${Math.max(0, Math.round(ms / 1_000))}s` : `${Math.floor(ms / unit[0])}${unit[1]}`;
}
