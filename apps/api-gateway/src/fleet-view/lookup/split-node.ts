import type { FleetEngine } from '../fleet-engine.ts';
import type { FleetView } from '../fleet-view.ts';

/** `node/name` or `engineId/name` → the engines meant and the name; `undefined` when the first part names no node. */
export function splitNode(view: FleetView, reference: string): { engines: ReadonlySet<string>; name: string } | undefined {
  const slash = reference.indexOf('/');
  if (slash <= 0) return undefined;
  const node = reference.slice(0, slash);
  const engines = view.visible().filter((engine) => isCalled(engine, node));
  if (engines.length === 0) return undefined;
  return { engines: new Set(engines.map((engine) => engine.key)), name: reference.slice(slash + 1) };
}

/** The `node` list query: is the object on one of these nodes? Without nodes every object is. */
export function onNodes(view: FleetView, nodes: readonly string[] | undefined): (object: { readonly engine: string }) => boolean {
  return ({ engine: key }) => {
    const engine = view.engine(key);
    return nodes === undefined || (engine !== undefined && nodes.some((node) => isCalled(engine, node)));
  };
}

/** True for the node's name and for its daemon's ID. */
export function isCalled(engine: FleetEngine, reference: string): boolean {
  return engine.name === reference || engine.identity?.id === reference;
}
