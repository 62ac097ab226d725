import type { ClusterBus, RequestHandler, RequestOptions } from '../bus.ts';
import { RequestServer } from '../request-server.ts';
import { decodeJson, encodeJson, noAnswer, noResponders, openReply, type Reply, unavailable } from '../wire.ts';
import type { MemoryBusModel } from './memory-bus-model.ts';

/** A handle on the model, as one process has it. `handle` names it for the model's faults. */
export function openMemoryBus(model: MemoryBusModel, handle = 'main'): ClusterBus {
  return new MemoryBus(model, handle);
}

class MemoryBus implements ClusterBus {
  readonly #model: MemoryBusModel;
  readonly #handle: string;
  readonly #stops = new Set<() => Promise<void> | void>();
  #closed = false;

  constructor(model: MemoryBusModel, handle: string) {
    this.#model = model;
    this.#handle = handle;
  }

  get connected(): boolean {
    return this.#model.isConnected(this.#handle);
  }

  onConnectionChange(listener: (connected: boolean) => void): { stop(): void } {
    const stop = this.#model.onConnection(this.#handle, listener);
    this.#stops.add(stop);
    return { stop };
  }

  async request(subject: string, payload: unknown, { timeoutMs, signal }: RequestOptions): Promise<unknown> {
    if (this.#closed) throw unavailable('the bus was closed');
    if (!this.connected) throw unavailable('not connected');
    signal?.throwIfAborted();
    const reply = await new Promise<Uint8Array | 'nobody'>((resolve, reject) => {
      const finish = (settle: () => void) => {
        cancelTimeout();
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = () => finish(() => reject(signal?.reason));
      const cancelTimeout = this.#model.clock.after(timeoutMs, () => finish(() => reject(noAnswer(subject, timeoutMs))));
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#send(subject, encodeJson(payload), timeoutMs, (answer) => finish(() => resolve(answer)));
    });
    if (reply === 'nobody') throw noResponders(subject);
    return openReply(decodeJson(reply) as Reply);
  }

  serve(subject: string, handler: RequestHandler): Promise<{ stop(): Promise<void> }> {
    const server = new RequestServer(handler, this.#model.clock, this.#model.logger);
    const unregister = this.#model.register({
      handle: this.#handle,
      pattern: subject,
      receive: (delivery) => {
        const request = { subject: delivery.subject, payload: decodeJson(delivery.payload), deadlineMs: delivery.deadlineMs };
        server.serve(request, (answer) => {
          this.#model.transmit({ kind: 'reply', handle: this.#handle, subject: delivery.subject }, () =>
            delivery.reply(encodeJson(answer)),
          );
        });
      },
    });
    const stop = async () => {
      this.#stops.delete(stop);
      unregister();
      await server.idle();
    };
    this.#stops.add(stop);
    return Promise.resolve({ stop });
  }

  publish(subject: string, given: Uint8Array | readonly Uint8Array[]): void {
    if (this.#closed) return;
    const payload = given instanceof Uint8Array ? given : Buffer.concat(given);
    const delivery = { subject, payload, deadlineMs: 0, reply: () => undefined };
    this.#model.transmit({ kind: 'publish', handle: this.#handle, subject }, () => this.#model.deliver(subject, delivery));
  }

  subscribe(subject: string, onMessage: (subject: string, payload: Uint8Array) => void): { stop(): void } {
    const stop = this.#model.register({
      handle: this.#handle,
      pattern: subject,
      receive: (delivery) => onMessage(delivery.subject, delivery.payload),
    });
    this.#stops.add(stop);
    return { stop };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#stops].map((stop) => stop()));
  }

  /** A lost or cut-off message leaves the caller to its timeout, as core NATS does; nobody listening is told at once. */
  #send(subject: string, payload: Uint8Array, deadlineMs: number, onReply: (answer: Uint8Array | 'nobody') => void): void {
    const message = { kind: 'request', handle: this.#handle, subject } as const;
    const reply = (answer: Uint8Array) => {
      if (this.connected) onReply(answer);
    };
    this.#model.transmit(message, () => {
      if (this.#model.deliver(subject, { subject, payload, deadlineMs, reply }) === 0) onReply('nobody');
    });
  }
}
