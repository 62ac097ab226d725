import type { ReplacementRecord } from '#contracts';

type Entry = { readonly record: ReplacementRecord | undefined; readonly sequence: number };

/** How far the replacing of containers has come, by container; of two words about one the later in the log counts. */
export class Replacements {
  readonly #entries = new Map<string, Entry>();

  get(container: string): ReplacementRecord | undefined {
    return this.#entries.get(container)?.record;
  }

  /** `undefined`: known to be over, whatever older the log still delivers. */
  put(container: string, record: ReplacementRecord | undefined, sequence: number): void {
    if ((this.#entries.get(container)?.sequence ?? 0) < sequence) this.#entries.set(container, { record, sequence });
  }

  erased(container: string, sequence: number): void {
    if ((this.#entries.get(container)?.sequence ?? 0) <= sequence) this.#entries.delete(container);
  }

  clear(): void {
    this.#entries.clear();
  }
}
