/** Some hundred summaries: those of one engine, which are renewed together. */
const boardBytes = 128 * 1024;

/**
 * Keeps list entries that came together close together, without the rest of what they came in: an allocation for each costs more than its bytes. What
 * lies on one board stays in memory as long as any of it does.
 */
export class SummaryShelf {
  #board = Buffer.alloc(0);
  #used = 0;

  /** A copy. */
  keep(summary: Buffer): Buffer {
    const { length } = summary;
    if (this.#used + length > this.#board.length) {
      this.#board = Buffer.allocUnsafeSlow(Math.max(boardBytes, length));
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += summary.copy(this.#board, at);
    return this.#board.subarray(at, at + length);
  }
}
