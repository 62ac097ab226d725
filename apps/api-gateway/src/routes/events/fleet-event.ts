import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';

/** A daemon's event as far as queries read it; everything else passes through. */
export type DaemonEvent = {
  readonly Type?: string;
  readonly Action?: string;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Readonly<Record<string, string>> | null };
  readonly from?: string;
  readonly scope?: string;
  readonly time?: number;
  readonly timeNano?: number;
};

export type FleetEvent = DaemonEvent & {
  readonly node: { readonly Name: string; readonly Id: string; readonly Addr: string; readonly Ip: string };
};

/** The event with the node it came from (spec/classic-swarm.md 8.5), as attributes and as a last member. */
export function eventOf(line: string, engine: FleetEngine): FleetEvent {
  const event = JSON.parse(line) as DaemonEvent;
  const node = { Name: engine.name, Id: engine.identity?.id ?? '', Addr: engine.address, Ip: engine.ip };
  const attributes = {
    ...event.Actor?.Attributes,
    'node.name': node.Name,
    'node.id': node.Id,
    'node.addr': node.Addr,
    'node.ip': node.Ip,
  };
  return { ...event, Actor: { ...event.Actor, Attributes: attributes }, node };
}

/** Nanoseconds in a number are rounded to 256 or so; equal events of one engine stay equal, which is what it is for. */
export function eventKey(event: FleetEvent): string {
  return `${event.node.Addr} ${event.timeNano} ${event.Type} ${event.Action} ${event.Actor?.ID}`;
}
