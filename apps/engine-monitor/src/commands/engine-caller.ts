import { BaleenError, type EngineAnswer, type WrittenReply } from '#contracts';
import { clampVersion } from '#docker-api';
import { type Clock, type Logger, within } from '#service-shell';
import { type EngineConnection, isConnectionFailure } from '../engine-actor/engine-connection.ts';
import type { EngineActorState, EngineMessage } from '../engine-actor/engine-messages.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Sending } from '../inventory/sendings.ts';

/** The daemon has answered: the client is kept waiting for the records no longer than this. */
const refreshMaxMs = 10_000;

export type CallerParts = {
  readonly address: string;
  readonly connection: EngineConnection;
  readonly inventory: Inventory;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly state: () => EngineActorState;
  readonly tell: (message: EngineMessage) => void;
  /** False once another may own the engine. */
  readonly owned: () => boolean;
};

/** Calls to the daemon of one owned engine, whose outcome counts for its health, and the readings after them. */
export class EngineCaller {
  readonly #parts: CallerParts;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  /** Resolves with the daemon's answer, whatever its status. */
  async ask(request: Parameters<EngineConnection['call']>[0]): Promise<EngineAnswer> {
    const { connection, clock, tell } = this.#parts;
    this.#refuseUnlessOwned();
    try {
      const answer = await connection.call({ ...request, apiVersion: this.#spoken(request.apiVersion) });
      tell({ type: 'engine-answered', ofProbe: false, atMs: clock.nowMs() });
      return answer;
    } catch (error) {
      throw this.counted(error);
    }
  }

  /** A failed connection counts against the engine's health, and its error names the node. */
  counted(error: unknown): unknown {
    if (!isConnectionFailure(error)) return error;
    const { clock, tell } = this.#parts;
    tell({ type: 'engine-failed', cause: error.message, elapsedMs: 0, atMs: clock.nowMs() });
    const details = { ...error.details, node: this.#node };
    return new BaleenError(error.code, `node ${this.#node}: ${error.message}`, { details, cause: error });
  }

  /**
   * Resolves with a sequence at which the log has what `reading` brings. The daemon has answered: whatever becomes of the reading, the client
   * gets that answer.
   */
  async readAfter(reading: Promise<unknown>): Promise<number> {
    const { inventory, clock, logger, tell } = this.#parts;
    const read = reading.catch((error: unknown) => {
      logger.warn({ err: this.counted(error) }, 'the objects a call touched could not be read again');
      tell({ type: 'resync-due' });
    });
    await within(clock, refreshMaxMs, read);
    return inventory.sequence;
  }

  /** `readAfter`, with a `sending` at the latest when the container's record has left for the log: who gets the reply waits for it there. */
  async writtenAfter(reading: Promise<unknown>, container: string, sending: Sending | undefined): Promise<WrittenReply> {
    const read = this.readAfter(reading).then((sequence) => ({ sequence }));
    if (sending === undefined) return read;
    const sent = sending.left.then((above) => ({ sequence: this.#parts.inventory.sequence, awaits: { container, above } }));
    try {
      return await Promise.race([read, sent]);
    } finally {
      sending.cancel();
    }
  }

  refuseUnlessUsable(what: string): void {
    this.#refuseUnlessOwned();
    const { health, reason } = this.#parts.state();
    if (health === 'healthy') return;
    const message = `${what} running on unhealthy node ${this.#node}: ${reason ?? `it is ${health}`}`;
    throw new BaleenError('engine/unhealthy', message, { details: { node: this.#node, state: health } });
  }

  /** Wall clock of the daemon as far as it is known. */
  get engineNowMs(): number {
    return this.#parts.clock.nowMs() - this.#parts.state().clockDeltaMs;
  }

  #refuseUnlessOwned(): void {
    if (!this.#parts.owned()) throw new BaleenError('engine/not-owned', 'this monitor does not own the engine any more');
  }

  /** The nearest version that the daemon speaks: requests of clients and of creates made again may name a newer one (docs/adr/0016). */
  #spoken(wanted: string): string {
    const { identity } = this.#parts.state();
    if (wanted === '' || identity === undefined) return wanted;
    return clampVersion(wanted, { min: identity.minApiVersion, max: identity.apiVersion });
  }

  get #node(): string {
    return this.#parts.state().identity?.name ?? this.#parts.address;
  }
}

/** Whether it does; never rejects. */
export function succeeds(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
