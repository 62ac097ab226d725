import type { ObjectKind } from '#contracts';
import type { FleetObject } from './fleet-object.ts';

/** Finds objects by any of their keys. Most keys have one holder, so a lone holder is kept without an array. */
export class ObjectIndex<K extends ObjectKind> {
  readonly #keysOf: (object: FleetObject<K>) => readonly string[];
  readonly #holders = new Map<string, FleetObject<K> | FleetObject<K>[]>();

  constructor(keysOf: (object: FleetObject<K>) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  add(object: FleetObject<K>): void {
    for (const key of new Set(this.#keysOf(object))) {
      const held = this.#holders.get(key);
      if (held === undefined) this.#holders.set(key, object);
      else if (Array.isArray(held)) held.push(object);
      else this.#holders.set(key, [held, object]);
    }
  }

  remove(object: FleetObject<K>): void {
    for (const key of new Set(this.#keysOf(object))) {
      const held = this.#holders.get(key);
      if (held === object) this.#holders.delete(key);
      if (!Array.isArray(held)) continue;
      const rest = held.filter((other) => other !== object);
      const [only] = rest;
      if (rest.length > 1) this.#holders.set(key, rest);
      else if (only !== undefined) this.#holders.set(key, only);
      else this.#holders.delete(key);
    }
  }

  get(key: string): readonly FleetObject<K>[] {
    const held = this.#holders.get(key);
    if (held === undefined) return [];
    return Array.isArray(held) ? held : [held];
  }
}
