import type { FleetEngine } from './fleet-engine.ts';
import type { FleetView, ViewPart } from './fleet-view.ts';

/** What is made of the view, kept until one of the parts it is made of has changed. */
export function keptPerView<T>(parts: readonly ViewPart[], make: (view: FleetView) => T): (view: FleetView) => T {
  return keptBy((view) => view.revision(parts), make);
}

/** What is made of an engine and of what it holds, kept until any of it has changed. */
export function keptPerEngine<T>(make: (engine: FleetEngine) => T): (engine: FleetEngine) => T {
  return keptBy((engine) => engine.revision, make);
}

function keptBy<S extends object, T>(revisionOf: (source: S) => number, make: (source: S) => T): (source: S) => T {
  const kept = new WeakMap<S, { readonly revision: number; readonly value: T }>();
  return (source) => {
    const revision = revisionOf(source);
    const known = kept.get(source);
    if (known?.revision === revision) return known.value;
    const value = make(source);
    kept.set(source, { revision, value });
    return value;
  };
}
