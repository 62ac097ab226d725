import type { PublishMode } from '#contracts';
import { members } from '#docker-api';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetContainer } from '../../fleet-view/lookup/container-lookup.ts';
import { reachablePorts, type ShownAddress, shownAddress } from './published-ports.ts';

/** A list entry cut where its status goes: `before`, the status as JSON text, `after`. The daemon's bytes lie between the cuts. */
type CutRow = {
  readonly node: string;
  readonly ip: string;
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
};

/**
 * Makes list entries from the daemons' own bytes: names with the node's, ports with the engine's address, a status of now.
 * What does not change is cut once a container and kept.
 */
export class ContainerRows {
  readonly #names: 'node' | 'plain';
  readonly #publish: PublishMode;
  readonly #cuts = new WeakMap<FleetContainer, CutRow>();

  constructor(names: 'node' | 'plain', publish: PublishMode) {
    this.#names = names;
    this.#publish = publish;
  }

  /** `status` is the text for the Status column; `extra` are members to add, as JSON without braces. */
  row(container: FleetContainer, engine: FleetEngine, status: string, extra = ''): readonly Buffer[] {
    const { before, after } = this.#cut(container, engine);
    const middle = Buffer.from(`"Status":${JSON.stringify(status)}${extra === '' ? '' : `,${extra}`}`);
    return [...before, middle, ...after];
  }

  #cut(container: FleetContainer, engine: FleetEngine): CutRow {
    const known = this.#cuts.get(container);
    if (known !== undefined && known.node === engine.name && known.ip === engine.ip) return known;
    const cut = { node: engine.name, ip: engine.ip, ...this.#cutAnew(container, engine) };
    this.#cuts.set(container, cut);
    return cut;
  }

  #cutAnew({ summary, facts }: FleetContainer, engine: FleetEngine): Pick<CutRow, 'before' | 'after'> {
    const prefix = this.#names === 'node' ? `/${engine.name}` : '';
    const values: Record<string, (value: Buffer) => string> = {
      Names: () => JSON.stringify(facts.names.map((name) => `${prefix}/${name}`)),
      Ports: (value) => rewrittenPorts(value, shownAddress(facts, engine, this.#publish)),
    };
    const before: Buffer[] = [];
    let from = 0;
    let status: { start: number; end: number } | undefined;
    const parts: { at: number; buffer: Buffer }[] = [];
    for (const { key, keyStart, start, end } of members(summary)) {
      if (key === 'Status') status = { start: keyStart, end };
      const rewrite = Object.hasOwn(values, key) ? values[key] : undefined;
      if (rewrite === undefined && key !== 'Status') continue;
      parts.push({ at: from, buffer: summary.subarray(from, rewrite === undefined ? keyStart : start) });
      if (rewrite !== undefined) parts.push({ at: start, buffer: Buffer.from(rewrite(summary.subarray(start, end))) });
      from = end;
    }
    parts.push({ at: from, buffer: summary.subarray(from) });
    if (status === undefined) return withoutStatus(parts.map((part) => part.buffer));
    const { end } = status;
    before.push(...parts.filter((part) => part.at < end).map((part) => part.buffer));
    return { before, after: parts.filter((part) => part.at >= end).map((part) => part.buffer) };
  }
}

/** A list entry that has no status gets one as its first member. */
function withoutStatus(parts: readonly Buffer[]): Pick<CutRow, 'before' | 'after'> {
  const whole = Buffer.concat(parts);
  const rest = whole.subarray(whole.indexOf('{') + 1);
  const isEmpty = rest.toString('utf8').trim() === '}';
  return { before: [Buffer.from('{')], after: isEmpty ? [rest] : [Buffer.from(','), rest] };
}

function rewrittenPorts(value: Buffer, shown: ShownAddress): string {
  const ports = JSON.parse(value.toString('utf8')) as Parameters<typeof reachablePorts>[0] | null;
  return JSON.stringify(ports === null ? null : reachablePorts(ports, shown));
}
