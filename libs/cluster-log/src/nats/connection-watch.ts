import type { NatsConnection } from '@nats-io/nats-core';

/** Whether the connection stands, and who wants to know of changes. One per log; ends with the connection or `stop`. */
export class ConnectionWatch {
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #status: ReturnType<NatsConnection['status']>;
  #connected: boolean;

  constructor(connection: NatsConnection) {
    this.#connected = !connection.isClosed();
    this.#status = connection.status();
    void this.#watch();
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** The returned function ends it. */
  onChange(listener: (connected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Does not begin while disconnected (what is sent then is lost without a word), and rejects at the moment the connection
   * goes: what was in flight may or may not have been done.
   */
  async whileConnected<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#connected) throw new Error('not connected to NATS');
    let stopWatching: () => void = () => undefined;
    const lost = new Promise<never>((_, reject) => {
      stopWatching = this.onChange((connected) => {
        if (!connected) reject(new Error('the connection to NATS broke'));
      });
    });
    try {
      return await Promise.race([work(), lost]);
    } finally {
      stopWatching();
    }
  }

  stop(): void {
    this.#listeners.clear();
    (this.#status as { stop?: () => void }).stop?.();
  }

  async #watch(): Promise<void> {
    for await (const status of this.#status) {
      if (status.type === 'disconnect' || status.type === 'close') this.#change(false);
      if (status.type === 'reconnect') this.#change(true);
    }
  }

  #change(connected: boolean): void {
    this.#connected = connected;
    for (const listener of this.#listeners) listener(connected);
  }
}
