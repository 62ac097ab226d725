import type zookeeper from 'node-zookeeper-client';
import type { Client, Exception, Stat } from 'node-zookeeper-client';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';

/** Classic's session timeout: an agent that died is off the list after it. */
const sessionTimeoutMs = 10_000;
/** A server that accepts while it still starts never answers the handshake; the client shuffles its servers for each session. */
const connectTimeoutMs = 3_000;
/** The client keeps requests of a broken connection until it is back; ours end. */
const answerTimeoutMs = 5_000;

/** What the client (1.1.3, pinned) has no method for. */
type Reconnecting = { readonly connectionManager: { connect: () => void; readonly socket?: { destroy(): void } } };

type Done<T> = (error: Error | Exception | null, value: T) => void;

/** One session with a ZooKeeper ensemble. All calls reject with discovery/unavailable, but for what their names say. */
export class ZkSession {
  readonly #library: typeof zookeeper;
  readonly #client: Client;
  readonly #clock: Clock;

  private constructor(library: typeof zookeeper, client: Client, clock: Clock) {
    this.#library = library;
    this.#client = client;
    this.#clock = clock;
  }

  /** `servers`: `host:port` each, tried in turn. Resolves once the session stands. */
  static async open(servers: readonly string[], clock: Clock): Promise<ZkSession> {
    // Loaded by who has such a store only.
    const { default: library } = await import('node-zookeeper-client');
    const client = library.createClient(servers.join(','), { sessionTimeout: sessionTimeoutMs, retries: 0, spinDelay: 100 });
    const session = new ZkSession(library, client, clock);
    try {
      await session.#bounded(connectTimeoutMs, `no session with ${servers.join(', ')}`, (done) => {
        client.once('connected', () => done(null, undefined));
        client.connect();
      });
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }

  /** Calls back once when the connection broke. The client goes on trying, so that its session and what is bound to it live on. */
  onDisconnected(callback: () => void): void {
    this.#client.once('disconnected', callback);
  }

  /** Names below a path, `undefined` when it is not there. `watcher` is called once when they change, or when the path appears. */
  async children(path: string, watcher: () => void): Promise<string[] | undefined> {
    // The client answers without a Stat when there is no such path, whatever its types say.
    const folder = await this.#call<Stat | undefined>((done) => this.#client.exists(path, watcher, done));
    if (!folder) return undefined;
    return await this.#unless(
      'NO_NODE',
      this.#call<string[]>((done) => this.#client.getChildren(path, watcher, done)),
    );
  }

  /** What a node holds, `undefined` when it is not there. */
  async data(path: string): Promise<string | undefined> {
    const bytes = await this.#unless(
      'NO_NODE',
      this.#call<Buffer | undefined>((done) => this.#client.getData(path, done)),
    );
    return bytes?.toString('utf8');
  }

  /** Makes an ephemeral node of this session, in place of one that another session left: readers see no gap. */
  async putEphemeral(path: string, value: string): Promise<void> {
    const owner = await this.#call<Stat | undefined>((done) => this.#client.exists(path, done));
    if (owner?.ephemeralOwner.equals(this.#client.getSessionId())) return;
    const folder = path.slice(0, path.lastIndexOf('/'));
    await this.#call<string>((done) => this.#client.mkdirp(folder, done));
    await this.#call((done) => {
      const change = this.#client.transaction();
      if (owner) change.remove(path, -1);
      change.create(path, Buffer.from(value), this.#library.CreateMode.EPHEMERAL).commit(done);
    });
  }

  async remove(path: string): Promise<void> {
    await this.#unless(
      'NO_NODE',
      this.#call<void>((done) => this.#client.remove(path, -1, (error) => done(error, undefined))),
    );
  }

  /** Ends the session, or the attempts to have one. */
  close(): void {
    if (this.#client.getState() === this.#library.State.SYNC_CONNECTED) this.#client.close();
    else this.#giveUp();
  }

  /**
   * A client that is told to close while it connects takes the answer to its handshake for something else and throws where nobody
   * catches. So it is kept from connecting again, and closed if a last attempt still succeeds.
   */
  #giveUp(): void {
    const { connectionManager } = this.#client as unknown as Reconnecting;
    connectionManager.connect = () => undefined;
    this.#client.once('connected', () => this.#client.close());
    connectionManager.socket?.destroy();
    // An attempt that was due already has begun by then.
    this.#clock.after(connectTimeoutMs, () => connectionManager.socket?.destroy());
  }

  #call<T>(start: (done: Done<T>) => void): Promise<T> {
    return this.#bounded(answerTimeoutMs, 'no answer', start);
  }

  #bounded<T>(boundMs: number, what: string, start: (done: Done<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(boundMs, () => reject(unavailable(`${what} within ${boundMs} ms`)));
      start((error, value) => {
        cancel();
        if (error === null || error === undefined) resolve(value);
        else reject(unavailable(String(error), error));
      });
    });
  }

  async #unless<T>(code: 'NO_NODE', call: Promise<T>): Promise<T | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof BaleenError && codeOf(error.cause) === this.#library.Exception[code]) return undefined;
      throw error;
    }
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function unavailable(reason: string, cause?: unknown): BaleenError {
  return new BaleenError('discovery/unavailable', `zookeeper: ${reason}`, { cause });
}
