import type { PublishMode } from '#contracts';
import { containerStatus, members, statusUntilMs } from '#docker-api';
import type { EngineFace } from '../../fleet-view/engine-face.ts';
import type { FleetContainer } from '../../fleet-view/roll/fleet-container.ts';
import { reachablePorts, type ShownAddress, shownAddress } from './published-ports.ts';

/** Shown instead of a status that nobody can know (spec/classic-swarm.md 8.6). */
const hostDown = 'Host Down';

/** How rows differ from what the daemons list. */
export type RowRules = { readonly names: 'node' | 'plain'; readonly publish: PublishMode };

/** A list entry around the place of its status. The daemon's bytes lie between the cuts. */
export type CutRow = {
  readonly before: readonly Buffer[];
  readonly after: readonly Buffer[];
  /** The daemon's `Ports`, where the row has others. */
  readonly ports: string | undefined;
};

/** The member of a row for its status, and until when it holds: ms since 1970 by the gateway's clock. */
export function statusMember({ facts }: FleetContainer, face: EngineFace, nowMs: number): { text: string; untilMs: number } {
  const engineNowMs = nowMs - face.clockDeltaMs;
  const status = face.isHealthy ? containerStatus(facts, engineNowMs) : hostDown;
  const untilMs = face.isHealthy ? statusUntilMs(facts, engineNowMs) + face.clockDeltaMs : Number.POSITIVE_INFINITY;
  return { text: `"Status":${JSON.stringify(status)}`, untilMs };
}

/** The row around its status: as it was shown, while its engine is called and reached the same. */
export function cutRow(container: FleetContainer, face: EngineFace, rules: RowRules): CutRow {
  const { shown } = container;
  const isKept = shown?.face.name === face.name && shown.face.ip === face.ip && shown.face.address === face.address;
  if (shown === undefined || !isKept) return cutAnew(container, face, rules);
  const { bytes, start, statusStart, statusEnd, end, ports } = shown;
  return { before: [bytes.subarray(start, statusStart)], after: [bytes.subarray(statusEnd, end)], ports };
}

/** Names with the node's, ports with the address that works, everything else as the daemon wrote it. */
function cutAnew(container: FleetContainer, face: EngineFace, { names, publish }: RowRules): CutRow {
  const { summary, facts, shown } = container;
  const prefix = names === 'node' ? `/${face.name}` : '';
  const parts: Buffer[] = [];
  let before: readonly Buffer[] | undefined;
  let ports: string | undefined;
  let from = 0;
  for (const one of members(summary)) {
    const { keyStart, start, end } = one;
    if (one.isNamed('Status') && before === undefined) {
      before = [...parts, summary.subarray(from, keyStart)];
      parts.length = 0;
    } else if (one.isNamed('Names')) {
      const shownNames = JSON.stringify(facts.names.map((name) => `${prefix}/${name}`));
      parts.push(summary.subarray(from, start), Buffer.from(shownNames));
    } else if (one.isNamed('Ports')) {
      const own = shown?.ports ?? summary.toString('utf8', start, end);
      const rewritten = rewrittenPorts(own, shownAddress(facts, face, publish));
      if (rewritten !== own) ports = own;
      parts.push(summary.subarray(from, start), Buffer.from(rewritten));
    } else continue;
    from = end;
  }
  parts.push(summary.subarray(from));
  return before === undefined ? { ...withoutStatus(parts), ports } : { before, after: parts, ports };
}

/** A list entry that has no status gets one as its first member. */
function withoutStatus(parts: readonly Buffer[]): Pick<CutRow, 'before' | 'after'> {
  const whole = Buffer.concat(parts);
  const rest = whole.subarray(whole.indexOf('{') + 1);
  const isEmpty = rest.toString('utf8').trim() === '}';
  return { before: [Buffer.from('{')], after: isEmpty ? [rest] : [Buffer.from(','), rest] };
}

function rewrittenPorts(text: string, shown: ShownAddress): string {
  if (text === '[]' || text === 'null') return text;
  const ports = JSON.parse(text) as Parameters<typeof reachablePorts>[0];
  return JSON.stringify(reachablePorts(ports, shown));
}
