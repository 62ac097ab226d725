/**
 * Which reading has said the newest word of each container, and whether the log has it. A reading that finds what the log has writes nothing, so
 * the records' publisher does not know of it, and would take an older reading that ends later for the newer word.
 */
export class LastWords {
  /** Stamps of readings. */
  readonly #newest = new Map<string, number>();
  /** Of those, whose writes have begun and not succeeded. */
  readonly #unsettled = new Map<string, number>();

  /** The log may have something else than what is known: a write is under way, or has failed. */
  isUnsettled(id: string): boolean {
    return this.#unsettled.has(id);
  }

  /** A newer reading than this has said its word. */
  isOutdated(id: string, stamp: number): boolean {
    return stamp < (this.#newest.get(id) ?? 0);
  }

  /** The reading with this stamp found what the log has; only while that is settled. */
  confirm(id: string, stamp: number): void {
    this.#newest.set(id, Math.max(stamp, this.#newest.get(id) ?? 0));
  }

  /** Writes what the reading with this stamp found of these containers. */
  async write(ids: readonly string[], stamp: number, work: () => Promise<void>): Promise<void> {
    for (const id of ids) {
      this.confirm(id, stamp);
      this.#unsettled.set(id, Math.max(stamp, this.#unsettled.get(id) ?? 0));
    }
    await work();
    for (const id of ids) if (this.#unsettled.get(id) === stamp) this.#unsettled.delete(id);
  }

  forget(id: string): void {
    this.#newest.delete(id);
    this.#unsettled.delete(id);
  }
}
