import { type EngineIdentity, printable } from '#contracts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { keptPerEngine } from '../../fleet-view/kept.ts';
import { clockSkew } from './clock-skew.ts';
import { countContainers, reservedOn } from './engine-totals.ts';
import { binarySize, cpuCount } from './quantities.ts';

type StatusRow = readonly [key: string, value: string];

export type StatusOptions = {
  readonly strategy: string;
  readonly filters: readonly string[];
  readonly overcommit: number;
  readonly cpuShares: 'cores' | 'shares';
};

/** Makes the `SystemStatus` rows of `docker info`, as classic Swarm had them (spec/classic-swarm.md 8.3): tools read them. */
export class StatusRows {
  readonly #options: StatusOptions;
  /** An engine's rows as JSON, each behind a comma. The CLI prints them as they are, and some are an engine's words. */
  readonly #ofEngine: (engine: FleetEngine) => Buffer;

  constructor(options: StatusOptions) {
    this.#options = options;
    this.#ofEngine = keptPerEngine((engine) =>
      Buffer.from(
        engineRows(engine, options)
          .map((row) => `,${JSON.stringify(row.map(printable))}`)
          .join(''),
      ),
    );
  }

  /** A JSON array. */
  pieces(view: FleetView): Buffer[] {
    const members = view.members();
    const rows: StatusRow[] = [
      ['Role', 'primary'],
      ['Strategy', this.#options.strategy],
      ['Filters', this.#options.filters.join(', ')],
      ['Nodes', String(members.length)],
    ];
    const open = JSON.stringify(rows).slice(0, -1);
    return [Buffer.from(open), ...members.map(this.#ofEngine), Buffer.from(']')];
  }
}

function engineRows(engine: FleetEngine, options: StatusOptions): StatusRow[] {
  const identity = engine.identity;
  const row = (name: string, value: string): StatusRow => [`  └ ${name}`, value];
  const rows: StatusRow[] = [
    [` ${engine.name || '(unknown)'}`, engine.address],
    row('ID', `${identity?.id ?? ''}|${engine.address}`),
    row('Status', stateWord(engine)),
    row('Containers', containersText(engine)),
    row('Reserved CPUs', reservedCpus(engine, options)),
    row('Reserved Memory', reservedMemory(engine, options)),
    row('Labels', identity === undefined ? '' : labelsText(identity)),
  ];
  const error = errorText(engine);
  if (error !== '') rows.push(row('Error', error));
  if (engine.record !== undefined) rows.push(row('UpdatedAt', seconds(engine.record.updatedAtMs)));
  rows.push(row('ServerVersion', identity?.serverVersion ?? ''));
  return [...rows, ...conditionRows(engine).map(([name, value]) => row(name, value))];
}

/** Ours, after classic's: since when the state is what it is, when an engine that is away is tried again, how far its clock is off. */
function conditionRows(engine: FleetEngine): StatusRow[] {
  const { state, sinceMs, nextRetryAtMs } = engine.condition;
  const skew = clockSkew(engine.record?.clockDeltaMs ?? 0);
  const rows: StatusRow[] = [];
  if (sinceMs !== undefined) rows.push(['Since', seconds(sinceMs)]);
  if (state !== 'healthy' && nextRetryAtMs !== undefined) rows.push(['NextRetry', seconds(nextRetryAtMs)]);
  if (skew !== undefined) rows.push(['ClockSkew', skew]);
  return rows;
}

function stateWord(engine: FleetEngine): string {
  const state = engine.shownState;
  return `${state.slice(0, 1).toUpperCase()}${state.slice(1)}`;
}

function containersText(engine: FleetEngine): string {
  const { total, running, paused, stopped } = countContainers(engine);
  return engine.isHealthy ? `${total} (${running} Running, ${paused} Paused, ${stopped} Stopped)` : String(total);
}

function reservedCpus(engine: FleetEngine, { overcommit, cpuShares }: StatusOptions): string {
  const cpus = engine.identity?.cpus ?? 0;
  return `${cpuCount(reservedOn(engine, cpuShares).nanoCpus)} / ${Math.floor(cpus * (1 + overcommit))}`;
}

function reservedMemory(engine: FleetEngine, { overcommit, cpuShares }: StatusOptions): string {
  const total = Math.floor((engine.identity?.memoryBytes ?? 0) * (1 + overcommit));
  return `${binarySize(reservedOn(engine, cpuShares).memoryBytes)} / ${binarySize(total)}`;
}

/** What constraints can name: the daemon's facts and its own labels. */
function labelsText(identity: EngineIdentity): string {
  const offered = {
    ...identity.labels,
    storagedriver: identity.storageDriver,
    kernelversion: identity.kernelVersion,
    operatingsystem: identity.operatingSystem,
    ostype: identity.osType,
  };
  return Object.entries(offered)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
}

function errorText(engine: FleetEngine): string {
  const { state, reason = '' } = engine.condition;
  if (engine.isWatched || reason !== '' || state === 'disconnected' || engine.record === undefined) return reason;
  return 'no monitor watches this engine just now; what is shown may be old';
}

function seconds(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, -5)}Z`;
}
