import type { ServerResponse } from 'node:http';

/** A viewer that takes nothing for so long is cut off, ms: its page connects anew. */
const behindMaxMs = 20_000;

/**
 * One page that watches. What its connection has not taken yet is one message at most: while that lies there, changes pass it by, and once it is
 * gone the page gets everything anew.
 */
export class FeedViewer {
  readonly #response: ServerResponse;
  /** Since when changes pass it by, by the monotonic clock. */
  #behindSinceMs: number | undefined;

  constructor(response: ServerResponse, welcome: Buffer, whole: Buffer) {
    this.#response = response;
    response.write(Buffer.concat([welcome, whole]));
  }

  /** `whole` is asked for only by one who has missed something. `change` undefined: nothing is new. */
  tell(change: Buffer | undefined, whole: () => Buffer, nowMs: number): void {
    const { writableNeedDrain, destroyed } = this.#response;
    if (destroyed) return;
    if (!writableNeedDrain) {
      const message = this.#behindSinceMs === undefined ? change : whole();
      this.#behindSinceMs = undefined;
      if (message !== undefined) this.#response.write(message);
    } else if (change !== undefined || this.#behindSinceMs !== undefined) {
      this.#behindSinceMs ??= nowMs;
      if (nowMs - this.#behindSinceMs > behindMaxMs) this.#response.destroy();
    }
  }

  end(): void {
    this.#response.end();
  }
}
