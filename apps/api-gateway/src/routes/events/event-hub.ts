import type { ClusterBus } from '#cluster-bus';
import { subjects } from '#contracts';
import type { Logger } from '#service-shell';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { eventOf, type FleetEvent } from './fleet-event.ts';

export type EventListener = (event: FleetEvent) => void;

/** Every engine's events, once over the bus, to all clients of this gateway. */
export class EventHub {
  readonly #listeners = new Set<EventListener>();
  readonly #subscription: { stop(): void };
  readonly #view: () => FleetView;
  readonly #logger: Logger;

  constructor(bus: ClusterBus, view: () => FleetView, logger: Logger) {
    this.#view = view;
    this.#logger = logger;
    this.#subscription = bus.subscribe(subjects.event('*'), (subject, payload) => this.#onMessage(subject, payload));
  }

  /** Listeners are called in order of arrival; the returned function ends it. */
  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#subscription.stop();
    this.#listeners.clear();
  }

  #onMessage(subject: string, payload: Uint8Array): void {
    const engine = this.#view().engine(subject.slice(subject.indexOf('.') + 1));
    if (this.#listeners.size === 0 || engine === undefined) return;
    const line = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
    try {
      const event = eventOf(line, engine);
      for (const listener of this.#listeners) listener(event);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#logger.warn({ engine: engine.key, err: error }, 'event of an engine cannot be read');
    }
  }
}
