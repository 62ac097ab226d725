import type { FleetView } from '../fleet-view/fleet-view.ts';

/**
 * The name a network or volume is listed under: plain while it is the only one in the fleet, so that tools that look for plain
 * names (compose) find it; else `node/name`.
 */
export function shownName(
  view: FleetView,
  kind: 'network' | 'volume',
  object: { engine: string; facts: { name: string } },
): string {
  const { engine, facts } = object;
  return view.find(kind, facts.name).length < 2 ? facts.name : `${view.engine(engine)?.name}/${facts.name}`;
}
