import type { ClusterBus } from '#cluster-bus';
import { subjects } from '#contracts';
import { EventMemory, eventMark, eventsRememberedMax } from '#docker-api';
import type { Clock, Logger } from '#service-shell';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { eventOf, type FleetEvent } from './fleet-event.ts';

export type EventListener = (event: FleetEvent) => void;

type Listening = { readonly listener: EventListener; readonly sinceMs: number };

/**
 * Every engine's events, once over the bus, to all clients of this gateway. An engine's new owner has the daemon repeat events that
 * the earlier one may not have passed on; those that were are known here, whether a client listened or not, and dropped.
 */
export class EventHub {
  readonly #listening = new Set<Listening>();
  /** By engine key. */
  readonly #memories = new Map<string, EventMemory>();
  readonly #subscription: { stop(): void };
  readonly #view: () => FleetView;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(bus: ClusterBus, view: () => FleetView, clock: Clock, logger: Logger) {
    this.#view = view;
    this.#clock = clock;
    this.#logger = logger;
    this.#subscription = bus.subscribe(subjects.event('*'), (subject, payload) => this.#onMessage(subject, payload));
  }

  /**
   * Listeners are called in order of arrival, with what happens from now on; `repeated` also with what happened earlier and becomes
   * known only now. The returned function ends it.
   */
  listen(listener: EventListener, { repeated = false } = {}): () => void {
    const listening = { listener, sinceMs: repeated ? Number.NEGATIVE_INFINITY : this.#clock.monotonicMs() };
    this.#listening.add(listening);
    return () => this.#listening.delete(listening);
  }

  stop(): void {
    this.#subscription.stop();
    this.#listening.clear();
  }

  #onMessage(subject: string, payload: Uint8Array): void {
    const key = subject.slice(subject.indexOf('.') + 1);
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    try {
      const engine = this.#view().engine(key);
      if (engine === undefined || !this.#isNew(key, bytes) || this.#listening.size === 0) return;
      this.#tell(eventOf(bytes, engine));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#logger.warn({ engine: key, err: error }, 'event of an engine cannot be read');
    }
  }

  /** How late it is was measured by the daemon's own clock, so that the clocks of the machines need not agree. */
  #tell(event: FleetEvent): void {
    const happenedMs = this.#clock.monotonicMs() - event.lateMs;
    for (const { listener, sinceMs } of this.#listening) if (event.lateMs === 0 || happenedMs >= sinceMs) listener(event);
  }

  #isNew(key: string, bytes: Buffer): boolean {
    const mark = eventMark(bytes);
    if (mark === undefined) return true;
    const memory = this.#memories.get(key) ?? this.#newMemory(key);
    return memory.isNew(mark.key);
  }

  /** A moment to forget engines that left. */
  #newMemory(key: string): EventMemory {
    for (const known of this.#memories.keys()) if (this.#view().engine(known) === undefined) this.#memories.delete(known);
    const memory = new EventMemory(eventsRememberedMax);
    this.#memories.set(key, memory);
    return memory;
  }
}
