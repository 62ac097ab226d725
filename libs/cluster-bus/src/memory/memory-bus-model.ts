import { subjectMatches } from '#contracts';
import type { Clock } from '#service-shell';
import type { BusSink } from '../bus-sink.ts';

/** What becomes of one message: a request, a reply or a published one. */
export type MessageFate = 'deliver' | 'lose' | { readonly delayMs: number };
export type BusMessage = { readonly kind: 'request' | 'reply' | 'publish'; readonly handle: string; readonly subject: string };

export type MemoryBusModelOptions = {
  readonly clock: Clock;
  /** Runs a delivery later; simulation injects its scheduler. Default: queueMicrotask. */
  readonly defer?: (delivery: () => void) => void;
  /** Asked for every message; `handle` is the sender's. */
  readonly fateOf?: (message: BusMessage) => MessageFate;
  readonly logger?: BusSink;
};

export type Receiver = { readonly handle: string; readonly pattern: string; readonly receive: (delivery: BusDelivery) => void };
export type BusDelivery = {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly deadlineMs: number;
  readonly reply: (payload: Uint8Array) => void;
};

/** Core NATS in memory, shared by the handles of `openMemoryBus`. */
export class MemoryBusModel {
  readonly clock: Clock;
  readonly logger: BusSink | undefined;
  readonly #defer: (delivery: () => void) => void;
  readonly #fateOf: NonNullable<MemoryBusModelOptions['fateOf']>;
  readonly #receivers = new Set<Receiver>();
  readonly #listeners = new Map<string, Set<(connected: boolean) => void>>();
  readonly #disconnected = new Set<string>();

  constructor(options: MemoryBusModelOptions) {
    this.clock = options.clock;
    this.logger = options.logger;
    this.#defer = options.defer ?? queueMicrotask;
    this.#fateOf = options.fateOf ?? (() => 'deliver');
  }

  /** The returned function ends it. */
  register(receiver: Receiver): () => void {
    this.#receivers.add(receiver);
    return () => this.#receivers.delete(receiver);
  }

  /** Hands a message that has arrived to everybody connected who receives its subject; answers how many they were. */
  deliver(subject: string, delivery: BusDelivery): number {
    const receivers = [...this.#receivers].filter(
      ({ handle, pattern }) => !this.#disconnected.has(handle) && subjectMatches(pattern, subject),
    );
    for (const receiver of receivers) receiver.receive(delivery);
    return receivers.length;
  }

  /** Runs `arrive` as the message's fate has it. */
  transmit(message: BusMessage, arrive: () => void): void {
    if (!this.isConnected(message.handle)) return;
    const fate = this.#fateOf(message);
    if (fate === 'lose') return;
    if (fate === 'deliver') this.#defer(arrive);
    else this.clock.after(fate.delayMs, arrive);
  }

  isConnected(handle: string): boolean {
    return !this.#disconnected.has(handle);
  }

  /** Fault: every handle of this name is cut off until `reconnect`. */
  disconnect(handle: string): void {
    if (this.#disconnected.has(handle)) return;
    this.#disconnected.add(handle);
    for (const listener of this.#listeners.get(handle) ?? []) listener(false);
  }

  reconnect(handle: string): void {
    if (!this.#disconnected.delete(handle)) return;
    for (const listener of this.#listeners.get(handle) ?? []) listener(true);
  }

  /** The returned function ends it. */
  onConnection(handle: string, listener: (connected: boolean) => void): () => void {
    const listeners = this.#listeners.get(handle) ?? new Set();
    this.#listeners.set(handle, listeners.add(listener));
    return () => listeners.delete(listener);
  }
}
