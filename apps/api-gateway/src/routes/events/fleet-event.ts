import { lateMember, parseJson } from '#contracts';
import { type EventMark, member, members, replaceMembers } from '#docker-api';
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
  /**
   * What clients get: the daemon's bytes with the node it came from (spec 8.5), as attributes and as a last member, and a newline. Made once
   * a shape, whoever asks.
   */
  readonly line: (shape: EventShape) => Buffer;
};

/** Reads one event of an engine, of any API version; `mark` as `eventMark` says of it. Throws SyntaxError on what is no event. */
export function eventOf(bytes: Buffer, mark: EventMark | undefined, engine: FleetEngine): FleetEvent {
  const event = parseJson(bytes.toString('utf8')) as DaemonEvent & { readonly [lateMember]?: number };
  const node = nodeOf(engine);
  const attributes = { ...event.Actor?.Attributes, ...nodeAttributes(node) };
  const told = toldLine(bytes, event, node);
  const lines: { [S in EventShape]?: Buffer } = {};
  return {
    ...event,
    Actor: { ...event.Actor, Attributes: attributes },
    node,
    key: mark === undefined ? undefined : `${engine.key} ${mark.key}`,
    lateMs: event[lateMember] ?? 0,
    line: (shape) => {
      lines[shape] ??= shaped(told, event, shape);
      return lines[shape];
    },
  };
}

export function nodeOf(engine: FleetEngine): EventNode {
  return { Name: engine.name, Id: engine.identity?.id ?? '', Addr: engine.address, Ip: engine.ip };
}

export function nodeAttributes(node: EventNode): Record<string, string> {
  return { 'node.name': node.Name, 'node.id': node.Id, 'node.addr': node.Addr, 'node.ip': node.Ip };
}

/** The daemon's bytes with what they are told with, and a newline. */
function toldLine(bytes: Buffer, event: DaemonEvent & { readonly [lateMember]?: number }, node: EventNode): Buffer {
  const given = event.Actor?.Attributes;
  const actor = member(bytes, 'Actor');
  const attributes = actor?.[0] === openBrace ? member(actor, 'Attributes') : undefined;
  if (!given || attributes === undefined || event[lateMember] !== undefined) return rebuiltLine(bytes, event, node);
  // Nearly all: two insertions.
  const more = JSON.stringify(nodeAttributes(node)).slice(1, -1);
  const attributesEnd = attributes.byteOffset - bytes.byteOffset + attributes.length - 1;
  const end = bytes.lastIndexOf(closeBrace);
  const [head, middle] = [bytes.toString('latin1', 0, attributesEnd), bytes.toString('latin1', attributesEnd, end)];
  const comma = Object.keys(given).length === 0 ? '' : ',';
  return Buffer.from(`${head}${comma}${latin1(more)}${middle},"node":${latin1(JSON.stringify(node))}}\n`, 'latin1');
}

function rebuiltLine(bytes: Buffer, event: DaemonEvent, node: EventNode): Buffer {
  const attributes = { ...event.Actor?.Attributes, ...nodeAttributes(node) };
  const actor = replaceMembers(objectOr(member(bytes, 'Actor')), { Attributes: JSON.stringify(attributes) });
  const line = replaceMembers(bytes, { Actor: actor, node: JSON.stringify(node), [lateMember]: undefined });
  return Buffer.concat([line, newline]);
}

/** The text's bytes as a string of one character each, as `head` and `middle` are. */
function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Daemons are asked in their own newest version, which may be of the other shape than the client's. */
function shaped(line: Buffer, event: DaemonEvent, shape: EventShape): Buffer {
  const hasLegacy = hasMember(line, 'status');
  const isAsWanted = hasLegacy === (shape === 'legacy');
  if (isAsWanted) return line;
  const changes = hasLegacy ? { status: undefined, id: undefined, from: undefined } : legacyMembers(event);
  return Buffer.concat([replaceMembers(line, changes), newline]);
}

/** As daemons up to 28 said them: of containers and images only. */
function legacyMembers({ Type, Action = '', Actor }: DaemonEvent): Record<string, string> {
  if (Type !== 'container' && Type !== 'image') return {};
  const from = Type === 'container' ? { from: JSON.stringify(Actor?.Attributes?.['image'] ?? '') } : {};
  return { status: JSON.stringify(Action), id: JSON.stringify(Actor?.ID ?? ''), ...from };
}

function hasMember(json: Buffer, wanted: string): boolean {
  for (const { key } of members(json)) if (key === wanted) return true;
  return false;
}

function objectOr(json: Buffer | undefined): Buffer {
  return json?.[0] === openBrace ? json : emptyObject;
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const emptyObject = Buffer.from('{}');
const newline = Buffer.from('\n');
