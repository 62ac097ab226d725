import { BaleenError, rendezvous } from '#contracts';
import { healthyEngine } from '../../daemons/daemons.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { whyNoBuilder } from './may-build.ts';

/** What connections of one build have in common: its session, its build id, its caller. */
export type BuildPin = { readonly kind: 'caller' | 'session' | 'build'; readonly id: string };

type Held = { readonly engine: string; holders: number };

/** Reasons shown when nobody may build: more than that nobody reads in a terminal. */
const reasonsMax = 6;

/**
 * Which engine builds for whom. A caller's builder is the same at every gateway and stays the same as long as the fleet does: the cache
 * is there, and all connections of one build must meet (docker-api.md 4.3). While a connection of a build lives, its engine is held,
 * whatever joins or leaves the fleet. As many entries as connections are open.
 */
export class Builders {
  readonly #held = new Map<string, Held>();

  /**
   * The engine for a connection with these pins, what is named first going first. Throws engine/unhealthy when the build or session is
   * on an engine that does not answer, build/no-builder when no engine may build.
   */
  choose(view: FleetView, caller: string, works: readonly BuildPin[]): FleetEngine {
    for (const work of works) {
      const held = this.#held.get(keyOf(work));
      if (held !== undefined) return healthyEngine(view, held.engine, `${work.kind} ${work.id}`);
    }
    const kept = this.#held.get(keyOf({ kind: 'caller', id: caller }));
    const keptEngine = kept === undefined ? undefined : view.engine(kept.engine);
    if (keptEngine?.isHealthy) return keptEngine;
    return builderOf(view, caller);
  }

  /** Holds the engine for whatever comes with these pins, until the returned function is called. */
  hold(engine: string, pins: readonly BuildPin[]): () => void {
    const holds = pins.map((pin) => this.#hold(keyOf(pin), engine));
    return () => {
      for (const release of holds) release();
    };
  }

  #hold(key: string, engine: string): () => void {
    const known = this.#held.get(key);
    const held = known?.engine === engine ? known : { engine, holders: 0 };
    held.holders += 1;
    this.#held.set(key, held);
    return () => {
      held.holders -= 1;
      // Another engine may have taken the place of one that died.
      if (held.holders === 0 && this.#held.get(key) === held) this.#held.delete(key);
    };
  }
}

/** The caller's builder among the engines that may build. Throws build/no-builder with the reasons. */
function builderOf(view: FleetView, caller: string): FleetEngine {
  const reasons = new Map(view.members().map((engine) => [engine.key, whyNoBuilder(engine)]));
  const able = [...reasons].filter(([, reason]) => reason === undefined).map(([key]) => key);
  const engine = view.engine(rendezvous(able, caller) ?? '');
  if (engine !== undefined) return engine;
  const shown = view.members().slice(0, reasonsMax);
  const text = shown.map(({ key, name, address }) => `${name || address}: ${reasons.get(key)}`);
  const more = reasons.size - shown.length;
  const list = [...text, ...(more > 0 ? [`and ${more} more`] : [])].join('; ') || 'it has no engines';
  throw new BaleenError('build/no-builder', `no engine of the fleet may build just now: ${list}`);
}

function keyOf({ kind, id }: BuildPin): string {
  return `${kind} ${id}`;
}
