/** Finds objects by any of their keys. Most keys have one holder, so a lone holder is kept without an array. */
export class ObjectIndex<T extends object> {
  readonly #keysOf: (object: T) => readonly string[];
  readonly #holders = new Map<string, T | T[]>();

  constructor(keysOf: (object: T) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  /** `next` stands in the place of `current`, of which most keys stay; without one of them it is a new object, or the end of one. */
  replace(current: T | undefined, next: T | undefined): void {
    if (current === undefined && next !== undefined) {
      const keys = this.#keysOf(next);
      const [only] = keys;
      if (keys.length === 1 && only !== undefined) this.#add(only, next);
      else for (const key of new Set(keys)) this.#add(key, next);
      return;
    }
    const before = new Set(current === undefined ? [] : this.#keysOf(current));
    const after = new Set(next === undefined ? [] : this.#keysOf(next));
    for (const key of before) if (current !== undefined && !after.has(key)) this.#remove(key, current);
    for (const key of after) {
      if (next === undefined) continue;
      if (current !== undefined && before.has(key)) this.#exchange(key, current, next);
      else this.#add(key, next);
    }
  }

  get(key: string): readonly T[] {
    const held = this.#holders.get(key);
    if (held === undefined) return [];
    return Array.isArray(held) ? held : [held];
  }

  #add(key: string, object: T): void {
    const held = this.#holders.get(key);
    if (held === undefined) this.#holders.set(key, object);
    else if (Array.isArray(held)) held.push(object);
    else this.#holders.set(key, [held, object]);
  }

  #exchange(key: string, current: T, next: T): void {
    const held = this.#holders.get(key);
    if (Array.isArray(held)) held[held.indexOf(current)] = next;
    else this.#holders.set(key, next);
  }

  #remove(key: string, object: T): void {
    const held = this.#holders.get(key);
    if (held === object) this.#holders.delete(key);
    if (!Array.isArray(held)) return;
    const rest = held.filter((other) => other !== object);
    const [only] = rest;
    if (rest.length > 1) this.#holders.set(key, rest);
    else if (only !== undefined) this.#holders.set(key, only);
    else this.#holders.delete(key);
  }
}
