/** Of a record that somebody waits for. */
export type Sending = {
  /** Resolves once it is its subject's next to be written (it may wait for a slot and a lease's renewal still), with the sequence of what the log had of the subject before; never, where none leaves. */
  readonly left: Promise<number>;
  /** Nobody waits any more. To be called in any case. */
  readonly cancel: () => void;
};

type Waiting = { readonly stamp: number; readonly resolve: (above: number) => void };

/** Who wants to know when a record leaves for the log. */
export class Sendings {
  /** By subject. */
  readonly #waiting = new Map<string, Set<Waiting>>();

  /** Of the next record of this subject that a reading with this stamp, or a newer one, has brought. */
  next(subject: string, stamp: number): Sending {
    const { promise, resolve } = Promise.withResolvers<number>();
    const waiting = { stamp, resolve };
    const all = this.#waiting.get(subject) ?? new Set();
    this.#waiting.set(subject, all.add(waiting));
    const cancel = () => {
      all.delete(waiting);
      if (all.size === 0 && this.#waiting.get(subject) === all) this.#waiting.delete(subject);
    };
    return { left: promise, cancel };
  }

  /** A record of a reading with this stamp leaves; before it the log had what stands at `above`. */
  left(subject: string, stamp: number, above: number): void {
    for (const waiting of this.#waiting.get(subject) ?? []) if (stamp >= waiting.stamp) waiting.resolve(above);
  }
}
