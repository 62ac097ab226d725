import type { ClusterBus } from '#cluster-bus';
import { subjects } from '#contracts';
import type { Clock } from '#service-shell';
import { parseEvent, refreshFor } from '../inventory/event-refresh.ts';
import type { Inventory } from '../inventory/inventory.ts';

/** An event leaves at the latest after this, even if the refresh it calls for hangs: one stuck container must not stop the stream. */
const refreshMaxMs = 5_000;

/** Passes the daemon's events on, each after the records it changes are in the log, in the daemon's order, byte by byte. */
export class EventFeed {
  readonly #engine: string;
  readonly #inventory: Inventory;
  readonly #bus: ClusterBus;
  readonly #clock: Clock;
  readonly #onRefreshFailed: (error: unknown) => void;
  readonly #onIdentityStale: () => void;
  #published: Promise<unknown> = Promise.resolve();

  constructor(parts: {
    readonly engine: string;
    readonly inventory: Inventory;
    readonly bus: ClusterBus;
    readonly clock: Clock;
    readonly onRefreshFailed: (error: unknown) => void;
    /** The daemon re-read its configuration. */
    readonly onIdentityStale: () => void;
  }) {
    this.#engine = parts.engine;
    this.#inventory = parts.inventory;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#onRefreshFailed = parts.onRefreshFailed;
    this.#onIdentityStale = parts.onIdentityStale;
  }

  accept(line: Buffer): void {
    const event = parseEvent(line.toString());
    const implied = event === undefined ? undefined : refreshFor(event);
    if (implied?.identity === true) this.#onIdentityStale();
    const refreshed = implied === undefined ? undefined : this.#refresh(implied.touched);
    this.#published = Promise.all([this.#published, refreshed]).then(() => this.#bus.publish(subjects.event(this.#engine), line));
  }

  async #refresh(touched: Parameters<Inventory['refresh']>[0]): Promise<void> {
    let cancel: () => void = () => undefined;
    const bound = new Promise<void>((resolve) => {
      cancel = this.#clock.after(refreshMaxMs, resolve);
    });
    const refreshed = this.#inventory.refreshSoon(touched).catch(this.#onRefreshFailed);
    await Promise.race([refreshed, bound]);
    cancel();
  }
}
