type Labelled = { readonly facts: { readonly labels: Readonly<Record<string, string>> } };

/** Label keys that are indexed at once: tools ask for a handful (compose for its project and service). The one not asked for longest goes. */
const keysMax = 16;

/** Finds holders by their labels. A key is indexed from the first question for it on, since most keys are never asked for. */
export class LabelIndex<T extends Labelled> {
  readonly #all: () => Iterable<T>;
  /** By key, then by value; the key asked for last comes last. */
  readonly #keys = new Map<string, Map<string, Set<T>>>();

  /** `all` gives everything that was added and not removed. */
  constructor(all: () => Iterable<T>) {
    this.#all = all;
  }

  add(holder: T): void {
    for (const [key, values] of this.#keys) addTo(values, holder, key);
  }

  remove(holder: T): void {
    for (const [key, values] of this.#keys) {
      const value = valueOf(holder, key);
      const holders = value === undefined ? undefined : values.get(value);
      holders?.delete(holder);
      if (value !== undefined && holders?.size === 0) values.delete(value);
    }
  }

  /** Sets of holders with this label, `key` or `key=value`; no holder is in two of them. */
  holders(label: string): readonly ReadonlySet<T>[] {
    const at = label.indexOf('=');
    const values = this.#valuesOf(at < 0 ? label : label.slice(0, at));
    if (at < 0) return [...values.values()];
    const holders = values.get(label.slice(at + 1));
    return holders === undefined ? [] : [holders];
  }

  #valuesOf(key: string): Map<string, Set<T>> {
    const known = this.#keys.get(key);
    const values = known ?? new Map<string, Set<T>>();
    if (known === undefined) for (const holder of this.#all()) addTo(values, holder, key);
    this.#keys.delete(key);
    this.#keys.set(key, values);
    const [oldest = ''] = this.#keys.keys();
    if (this.#keys.size > keysMax) this.#keys.delete(oldest);
    return values;
  }
}

function addTo<T extends Labelled>(values: Map<string, Set<T>>, holder: T, key: string): void {
  const value = valueOf(holder, key);
  if (value === undefined) return;
  const holders = values.get(value);
  if (holders === undefined) values.set(value, new Set([holder]));
  else holders.add(holder);
}

function valueOf({ facts }: Labelled, key: string): string | undefined {
  return Object.hasOwn(facts.labels, key) ? facts.labels[key] : undefined;
}
