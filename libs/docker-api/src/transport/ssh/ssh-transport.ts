import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Logger } from '#service-shell';
import { type EngineAddress, type SshAddress, showEngineAddress } from '../engine-address.ts';
import type { EngineStream, EngineTransport } from '../engine-transport.ts';
import { SshForward } from './ssh-forward.ts';

/** `ssh`: through OpenSSH's client, one process per engine (docs/adr/0010). */
export class SshTransport implements EngineTransport {
  readonly #configFile: string | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #forwards = new Map<string, SshForward>();
  /** Holds the sockets; only our user may enter, for whoever reaches one is root on an engine. */
  #folder: string | undefined;
  #sockets = 0;

  /** `configFile`: instead of the user's own configuration of OpenSSH. */
  constructor(configFile: string | undefined, clock: Clock, logger: Logger) {
    this.#configFile = configFile;
    this.#clock = clock;
    this.#logger = logger;
  }

  connect(address: EngineAddress, onReady?: () => void): EngineStream {
    if (address.kind !== 'ssh') throw new Error(`ssh does not reach ${address.kind} addresses`);
    return this.#forwardTo(address).connect(onReady);
  }

  /** Ends every ssh process and the connections through them. */
  async close(): Promise<void> {
    const forwards = [...this.#forwards.values()];
    this.#forwards.clear();
    await Promise.all(forwards.map((forward) => forward.close()));
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #forwardTo(address: SshAddress): SshForward {
    const key = showEngineAddress(address);
    const known = this.#forwards.get(key);
    if (known !== undefined) return known;
    const forward = new SshForward({
      address,
      configFile: this.#configFile,
      newSocketPath: () => this.#newSocketPath(),
      clock: this.#clock,
      logger: this.#logger,
      onIdle: () => this.#forwards.delete(key),
    });
    this.#forwards.set(key, forward);
    return forward;
  }

  /** A new name each time, so that a socket that is there is the one of the ssh that was just started. */
  #newSocketPath(): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'baleen-ssh-'));
    this.#sockets += 1;
    return join(this.#folder, `${this.#sockets}.sock`);
  }
}
