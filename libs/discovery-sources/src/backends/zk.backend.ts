import { BaleenError } from '#contracts';
import { type Clock, sleep } from '#service-shell';
import type { DiscoveryRegistry } from '../discovery-source.ts';
import type { WatchedStore } from '../lists/watched-source.ts';
import type { StoreLocation } from '../stores/store-location.ts';
import { ZkSession } from '../stores/zk-session.ts';

/** Values asked for side by side: a fleet's worth in a few round trips. */
const readsMax = 64;
/** A broken session is replaced as soon as a server answers; in between the ensemble is left in peace this long. */
const reopenPauseMs = 1_000;

/** `zk://`: one node an engine below the directory, its value the address; the list is read anew when the folder's children change. */
export function zkStore(location: StoreLocation, clock: Clock): WatchedStore {
  const directory = `/${location.directory}`;
  let session: ZkSession | undefined;
  let onFolderChange: () => void = () => undefined;
  // One function for all reads: the client keeps a watcher once, however often it is given.
  const watcher = () => onFolderChange();
  return {
    async list() {
      const reader = session;
      if (reader === undefined) throw new BaleenError('discovery/unavailable', 'zookeeper: there is no session');
      const names = ((await reader.children(directory, watcher)) ?? []).toSorted();
      const values: string[] = [];
      for (let start = 0; start < names.length; start += readsMax) {
        const batch = names.slice(start, start + readsMax).map((name) => reader.data(`${directory}/${name}`));
        for (const value of await Promise.all(batch)) if (value !== undefined && value !== '') values.push(value);
      }
      return values;
    },
    async watch({ onReady, onChange }, signal) {
      const opened = await ZkSession.open(location.servers, clock);
      try {
        session = opened;
        onFolderChange = onChange;
        await new Promise<void>((resolve, reject) => {
          if (signal.aborted) return resolve();
          signal.addEventListener('abort', () => resolve(), { once: true });
          opened.onDisconnected(() => reject(new BaleenError('discovery/unavailable', 'zookeeper: the connection broke')));
          onReady();
        });
      } finally {
        if (session === opened) session = undefined;
        opened.close();
      }
    },
  };
}

/** Ephemeral nodes of one session, which outlive an address' TTL no more than others do: who is not registered again is removed. */
export function zkRegistry(location: StoreLocation, clock: Clock): DiscoveryRegistry {
  return new ZkRegistry(location, clock);
}

class ZkRegistry implements DiscoveryRegistry {
  readonly #location: StoreLocation;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  /** Registered addresses, each with what cancels its expiry. */
  readonly #entries = new Map<string, () => void>();
  #session: Promise<ZkSession> | undefined;

  constructor(location: StoreLocation, clock: Clock) {
    this.#location = location;
    this.#clock = clock;
  }

  async register(address: string, ttlMs: number): Promise<void> {
    const session = await this.#connected();
    await session.putEphemeral(this.#path(address), address);
    this.#entries.get(address)?.();
    this.#entries.set(
      address,
      this.#clock.after(ttlMs, () => void this.#expire(address)),
    );
  }

  async deregister(address: string): Promise<void> {
    const cancelExpiry = this.#entries.get(address);
    if (cancelExpiry === undefined) return;
    cancelExpiry();
    this.#entries.delete(address);
    await (await this.#connected()).remove(this.#path(address));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const cancelExpiry of this.#entries.values()) cancelExpiry();
    this.#entries.clear();
    const session = this.#session;
    this.#session = undefined;
    await session?.then(
      (opened) => opened.close(),
      () => undefined,
    );
  }

  #path(address: string): string {
    // A slash would be another folder; socket paths are the only addresses that have one.
    return `/${this.#location.directory}/${address.replaceAll('/', '%2F')}`;
  }

  #connected(): Promise<ZkSession> {
    this.#session ??= this.#open();
    return this.#session;
  }

  async #open(): Promise<ZkSession> {
    try {
      const session = await ZkSession.open(this.#location.servers, this.#clock);
      session.onDisconnected(() => void this.#replace(session));
      return session;
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  /**
   * The connection broke: the entries move to a new session, not only with the next heartbeat. The old one is ended after that, since
   * ending it would take its nodes away while they are still its own.
   */
  async #replace(broken: ZkSession): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#session = undefined;
    await this.#registerAgain();
    broken.close();
  }

  async #registerAgain(): Promise<void> {
    const pending = new Set(this.#entries.keys());
    while (pending.size > 0 && !this.#stop.signal.aborted) {
      try {
        const session = await this.#connected();
        for (const address of pending) {
          if (this.#entries.has(address)) await session.putEphemeral(this.#path(address), address);
          pending.delete(address);
        }
      } catch (error) {
        if (!(error instanceof BaleenError)) throw error;
        await sleep(this.#clock, reopenPauseMs);
        for (const address of pending) if (!this.#entries.has(address)) pending.delete(address);
      }
    }
  }

  async #expire(address: string): Promise<void> {
    this.#entries.delete(address);
    try {
      await (await this.#connected()).remove(this.#path(address));
    } catch (error) {
      // The store is away: the node ends with the session, which nobody renews then either.
      if (!(error instanceof BaleenError)) throw error;
    }
  }
}
