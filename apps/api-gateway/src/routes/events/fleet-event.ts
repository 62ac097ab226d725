import { lateMember } from '#contracts';
import { eventMark, member, replaceMembers } from '#docker-api';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';

/** A daemon's event as far as queries read it. */
export type DaemonEvent = {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly scope?: string;
  /** Rounded to 256 ns or so: good for order and age, not for telling events apart. */
  readonly timeNano?: number;
};

export type EventNode = { readonly Name: string; readonly Id: string; readonly Addr: string; readonly Ip: string };

/** See `EventFormat.shape`. */
export type EventShape = 'legacy' | 'current';

export type FleetEvent = DaemonEvent & {
  readonly node: EventNode;
  /** Tells it from every other event of the fleet; `undefined` for one that says no time. */
  readonly key: string | undefined;
  /** ms that had passed since it happened when its owner passed it on; 0 = it happened just then. */
  readonly lateMs: number;
  /** What clients get: the daemon's bytes with the node it came from (spec 8.5), as attributes and as a last member. */
  readonly line: (shape: EventShape) => Buffer;
};

/** Reads one event of an engine, of any API version. Throws SyntaxError on what is no event. */
export function eventOf(bytes: Buffer, engine: FleetEngine): FleetEvent {
  const event = JSON.parse(bytes.toString('utf8')) as DaemonEvent & { readonly [lateMember]?: number };
  const mark = eventMark(bytes);
  const node = nodeOf(engine);
  const attributes = { ...event.Actor?.Attributes, ...nodeAttributes(node) };
  const actor = replaceMembers(objectOr(member(bytes, 'Actor')), { Attributes: JSON.stringify(attributes) });
  const told = replaceMembers(bytes, { Actor: actor, node: JSON.stringify(node), [lateMember]: undefined });
  return {
    ...event,
    Actor: { ...event.Actor, Attributes: attributes },
    node,
    key: mark === undefined ? undefined : `${engine.key} ${mark.key}`,
    lateMs: event[lateMember] ?? 0,
    line: (shape) => shaped(told, event, shape),
  };
}

export function nodeOf(engine: FleetEngine): EventNode {
  return { Name: engine.name, Id: engine.identity?.id ?? '', Addr: engine.address, Ip: engine.ip };
}

export function nodeAttributes(node: EventNode): Record<string, string> {
  return { 'node.name': node.Name, 'node.id': node.Id, 'node.addr': node.Addr, 'node.ip': node.Ip };
}

/** Daemons are asked in their own newest version, which may be of the other shape than the client's. */
function shaped(line: Buffer, event: DaemonEvent, shape: EventShape): Buffer {
  const hasLegacy = member(line, 'status') !== undefined;
  if (shape === 'current') return hasLegacy ? replaceMembers(line, { status: undefined, id: undefined, from: undefined }) : line;
  return hasLegacy ? line : replaceMembers(line, legacyMembers(event));
}

/** As daemons up to 28 said them: of containers and images only. */
function legacyMembers({ Type, Action = '', Actor }: DaemonEvent): Record<string, string> {
  if (Type !== 'container' && Type !== 'image') return {};
  const from = Type === 'container' ? { from: JSON.stringify(Actor?.Attributes?.['image'] ?? '') } : {};
  return { status: JSON.stringify(Action), id: JSON.stringify(Actor?.ID ?? ''), ...from };
}

function objectOr(json: Buffer | undefined): Buffer {
  return json?.[0] === openBrace ? json : emptyObject;
}

const openBrace = 0x7b;
const emptyObject = Buffer.from('{}');
