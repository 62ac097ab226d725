/** Operations remembered of one engine: minutes of creates, while a message that the network kept arrives seconds late. */
const rememberedMax = 1_000;

/**
 * The containers that operations have made. The label on the container proves an operation only while the container is there: a create that
 * arrives a second time after its container was removed must not make another.
 */
export class MadeContainers {
  readonly #made = new Map<string, string>();

  note(operation: string, container: string): void {
    this.#made.delete(operation);
    this.#made.set(operation, container);
    for (const oldest of this.#made.keys()) {
      if (this.#made.size <= rememberedMax) return;
      this.#made.delete(oldest);
    }
  }

  by(operation: string): string | undefined {
    return this.#made.get(operation);
  }
}
