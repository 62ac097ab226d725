/**
 * One write of an operation after the other, in the order they were decided: a release never overtakes its grant,
 * also when the log client repeats a write because the lease was renewed meanwhile. Operations do not wait for each other.
 */
export class OperationWrites {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Starts `write` when the operation's earlier writes have ended, however they ended. */
  inOrder<T>(operation: string, write: () => Promise<T>): Promise<T> {
    const earlier = this.#last.get(operation);
    const result = earlier === undefined ? write() : earlier.then(write, write);
    this.#last.set(operation, result);
    const forget = () => {
      if (this.#last.get(operation) === result) this.#last.delete(operation);
    };
    result.then(forget, forget);
    return result;
  }

  isBusy(operation: string): boolean {
    return this.#last.has(operation);
  }

  /** Resolves when no write of the operation is under way; never rejects. */
  async settled(operation: string): Promise<void> {
    await this.#last.get(operation)?.then(ignore, ignore);
  }
}

/** The writer itself gets the outcome; whoever only waits does not. */
function ignore(): void {}
