import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedNats } from '#embedded-nats';
import type { Say } from '../manage/speaker.ts';
import { RestartBudget } from '../services/restart-budget.ts';
import type { NatsDoor } from './nats-door.ts';
import type { NatsSecurity } from './nats-security.ts';

type Server = Awaited<ReturnType<typeof startEmbeddedNats>>;

export type NatsProcessOptions = {
  readonly storage: 'memory' | 'file';
  /** Kept by the operator; `undefined` = a folder of our own that goes with us. */
  readonly dir: string | undefined;
  /** Where agents of other machines dial in, and how that is secured; `undefined` = loopback alone, any port. */
  readonly door: (NatsDoor & Pick<NatsSecurity, 'keyFolder' | 'tls'>) | undefined;
  readonly say: Pick<Say, 'warn'>;
  readonly onGivenUp: (why: string) => void;
};

/** The embedded nats-server: started again on the same port and store when it dies, so that clients find it where it was. */
export class NatsProcess {
  readonly #options: NatsProcessOptions;
  readonly #dir: string;
  readonly #budget = new RestartBudget();
  #server: Server;
  #stopping = false;

  static async start(options: NatsProcessOptions): Promise<NatsProcess> {
    const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'baleen-nats-')));
    return new NatsProcess(options, dir, await startEmbeddedNats({ storage: options.storage, dir, ...options.door }));
  }

  private constructor(options: NatsProcessOptions, dir: string, server: Server) {
    this.#options = options;
    this.#dir = dir;
    this.#server = server;
    void this.#watch(server);
  }

  get url(): string {
    return this.#server.url;
  }

  /** Bytes that the server could still write; none where its folder is gone. */
  async freeBytes(): Promise<number> {
    try {
      const { bavail, bsize } = await statfs(this.#dir);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
      throw error;
    }
  }

  /** Ends the server, which then is started again like one that died. */
  restart(): Promise<void> {
    return this.#server.stop();
  }

  /** From now on its end is no surprise: a signal to the whole process group may reach it before its turn. */
  expectEnd(): void {
    this.#stopping = true;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#server.stop();
    if (this.#options.dir === undefined) await rm(this.#dir, { recursive: true, force: true });
  }

  async #watch(server: Server): Promise<void> {
    await server.exited;
    if (this.#stopping) return;
    const delayMs = this.#budget.take(performance.now());
    if (delayMs === undefined) {
      this.#options.onGivenUp('nats-server ended too often');
      return;
    }
    this.#options.say.warn(`nats-server ended; starting it again in ${delayMs} ms`);
    setTimeout(() => void this.#again(), delayMs);
  }

  async #again(): Promise<void> {
    if (this.#stopping) return;
    try {
      this.#server = await startEmbeddedNats({
        storage: this.#options.storage,
        dir: this.#dir,
        ...this.#options.door,
        port: Number(new URL(this.#server.url).port),
      });
      if (this.#stopping) await this.#server.stop();
      else void this.#watch(this.#server);
    } catch (error) {
      this.#options.onGivenUp(`nats-server does not start again: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
