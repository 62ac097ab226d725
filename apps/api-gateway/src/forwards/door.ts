import type { Clock, Logger } from '#service-shell';
import { type Forward, shownDoorstep } from './forward.ts';
import type { ForwardCounts } from './forward-counts.ts';
import type { Listening } from './listening.ts';
import type { PortDialer } from './port-dialer.ts';
import { demandForeign, type OwnPorts, reasonOf } from './port-problem.ts';
import { TcpListening } from './tcp-listening.ts';
import { UdpListening } from './udp-listening.ts';

/** A port that another process has is tried again after this: whoever waits for it gets it within a second. */
const retryMs = 500;

export type DoorParts = {
  readonly ownPorts: OwnPorts;
  readonly dialer: PortDialer;
  readonly counts: ForwardCounts;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** One forward of the plan while it is in it: listens, or tries to again and again. Where it leads may change under way. */
export class Door {
  /** Resolves after the first try, however it went. */
  readonly tried: Promise<void>;
  readonly #parts: DoorParts;
  #forward: Forward;
  #listening: Listening | undefined;
  #isClosed = false;
  #isBlockTold = false;
  #cancelRetry: () => void = () => undefined;

  constructor(forward: Forward, parts: DoorParts) {
    this.#forward = forward;
    this.#parts = parts;
    this.tried = this.#try();
  }

  get isOpen(): boolean {
    return this.#listening !== undefined;
  }

  get forward(): Forward {
    return this.#forward;
  }

  /** Same port, for another container or at another place: new connections go there. */
  lead(forward: Forward): void {
    this.#forward = forward;
  }

  async close(): Promise<void> {
    this.#end();
    await this.#listening?.close();
  }

  abort(): void {
    this.#end();
    this.#listening?.abort();
  }

  #end(): void {
    this.#isClosed = true;
    this.#cancelRetry();
  }

  async #try(): Promise<void> {
    const { ownPorts, dialer, counts, clock, logger } = this.#parts;
    const parts = { dialer, counts, clock, target: () => this.#forward.target };
    const { protocol, container } = this.#forward;
    try {
      demandForeign(this.#forward, ownPorts);
      const listening = await (protocol === 'tcp'
        ? TcpListening.open(this.#forward, parts)
        : UdpListening.open(this.#forward, parts));
      if (this.#isClosed) return listening.abort();
      this.#listening = listening;
      logger.debug({ container, port: shownDoorstep(this.#forward) }, 'published port is listened on');
    } catch (error) {
      this.#blocked(reasonOf(this.#forward, error));
    }
  }

  #blocked(reason: string): void {
    if (this.#isClosed) return;
    const { clock, logger } = this.#parts;
    const { container } = this.#forward;
    if (!this.#isBlockTold)
      logger.warn({ container, port: shownDoorstep(this.#forward), reason }, 'published port cannot be listened on');
    this.#isBlockTold = true;
    this.#cancelRetry = clock.after(retryMs, () => void this.#try());
  }
}
