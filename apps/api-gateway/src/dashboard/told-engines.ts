import type { EngineSummary } from '#contracts';

/** Engines told in one message; what changed beyond that waits for the next: a storm must not become one message of megabytes. */
const toldAtOnceMax = 250;

/** What is to be told: engines that show something new, as JSON, and those that are members no more. */
export type EngineNews = { readonly changed: readonly string[]; readonly gone: readonly string[] };

/** What pages know of each engine. An engine that changed many times between two messages is told once, as it is then. */
export class ToldEngines {
  /** As JSON, by key. */
  readonly #told = new Map<string, string>();
  readonly #marked = new Set<string>();

  /** Something of these engines may have changed. */
  mark(keys: Iterable<string>): void {
    for (const key of keys) this.#marked.add(key);
  }

  /** All that pages may know of. */
  keys(): IterableIterator<string> {
    return this.#told.keys();
  }

  /** What there is to tell of the marked ones, at most `toldAtOnceMax`. `summaryOf`: `undefined` = it is no member. */
  news(summaryOf: (key: string) => EngineSummary | undefined): EngineNews {
    const changed: string[] = [];
    const gone: string[] = [];
    for (const key of this.#marked) {
      if (changed.length + gone.length >= toldAtOnceMax) break;
      this.#marked.delete(key);
      const summary = summaryOf(key);
      const text = summary && JSON.stringify(summary);
      if (text === this.#told.get(key)) continue;
      if (text === undefined) {
        this.#told.delete(key);
        gone.push(key);
      } else {
        this.#told.set(key, text);
        changed.push(text);
      }
    }
    return { changed, gone };
  }

  /** All engines as they were told last, as JSON. */
  whole(): readonly string[] {
    return [...this.#told.values()];
  }
}
