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

export type FleetEvent = DaemonEvent & {
  readonly node: EventNode;
  /** Tells it from every other event of the fleet; `undefined` for one that says no time. */
  readonly key: string | undefined;
  /** ms that had passed since it happened when its owner passed it on; 0 = it happened just then. */
  readonly lateMs: number;
  /** What clients get: the daemon's bytes with the node it came from (spec 8.5), as attributes and as a last member. */
  readonly line: Buffer;
};

/** Reads one event of an engine. Throws SyntaxError on what is no event. */
export function eventOf(bytes: Buffer, engine: FleetEngine): FleetEvent {
  const event = JSON.parse(bytes.toString('utf8')) as DaemonEvent & { readonly [lateMember]?: number };
  const mark = eventMark(bytes);
  const node = { Name: engine.name, Id: engine.identity?.id ?? '', Addr: engine.address, Ip: engine.ip };
  const attributes = {
    ...event.Actor?.Attributes,
    'node.name': node.Name,
    'node.id': node.Id,
    'node.addr': node.Addr,
    'node.ip': node.Ip,
  };
  const actor = replaceMembers(objectOr(member(bytes, 'Actor')), { Attributes: JSON.stringify(attributes) });
  return {
    ...event,
    Actor: { ...event.Actor, Attributes: attributes },
    node,
    key: mark === undefined ? undefined : `${engine.key} ${mark.key}`,
    lateMs: event[lateMember] ?? 0,
    line: replaceMembers(bytes, { Actor: actor, node: JSON.stringify(node), [lateMember]: undefined }),
  };
}

function objectOr(json: Buffer | undefined): Buffer {
  return json?.[0] === openBrace ? json : emptyObject;
}

const openBrace = 0x7b;
const emptyObject = Buffer.from('{}');
