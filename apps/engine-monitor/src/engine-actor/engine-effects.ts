import type { ActorRef } from '#actor';
import { BaleenError } from '#contracts';
import type { Clock, Logger, Randomness } from '#service-shell';
import { conflictReason, type DaemonClaims, type OtherHolder } from '../claims/daemon-claims.ts';
import type { EventFeed } from '../events/event-feed.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { ReadingTurns } from '../inventory/reading-turns.ts';
import { type EngineConnection, isConnectionFailure } from './engine-connection.ts';
import type { EngineEffect, EngineMessage, EngineTimer } from './engine-messages.ts';
import { untilCommonMoment } from './probe-grid.ts';

export type EffectParts = {
  /** The member's, as users wrote it. */
  readonly address: string;
  readonly claims: DaemonClaims;
  readonly connection: EngineConnection;
  readonly inventory: Inventory;
  readonly turns: Pick<ReadingTurns, 'take'>;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly feed: Pick<EventFeed, 'stream' | 'readingEnded'>;
  /** Writes the info record from the actor's state; also resolves when what was asked for before is written. */
  readonly publish: () => Promise<void>;
  /** The log refuses this owner: it must give the engine up, should it still believe to hold it. */
  readonly onFenced: () => void;
};

/** A period of connection; what is told after `signal` aborted is of the past and dropped. */
type Link = { readonly controller: AbortController };

/**
 * What the daemon says of itself changes with its start or its configuration, both of which are noticed; this bounds what is not:
 * its clock, and devices that come and go. Less than the default rest between two readings of all, each of which then asks.
 */
const identityMaxAgeMs = 200_000;

type Identified = Awaited<ReturnType<EngineConnection['identify']>>;

/** Does the work that the behaviour of one engine asks for. */
export class EngineEffects {
  readonly #parts: EffectParts;
  readonly #timers = new Map<EngineTimer, () => void>();
  #link: Link | undefined;
  #identified: { readonly what: Identified; readonly atMs: number } | undefined;
  #ended = false;

  constructor(parts: EffectParts) {
    this.#parts = parts;
  }

  async perform(effect: EngineEffect, self: ActorRef<EngineMessage>): Promise<void> {
    if (this.#ended) return;
    switch (effect.type) {
      case 'connect':
        return this.#connect(effect.pingTimeoutMs, self);
      case 'probe':
        return this.#probe(effect.timeoutMs, self);
      case 'resync':
        return this.#resync(self);
      case 'close-link':
        return this.#closeLink();
      case 'withdraw':
        return this.#unlessFenced(self, this.#parts.inventory.withdraw());
      case 'schedule':
        return this.#schedule(effect, self);
      case 'publish':
        return this.#unlessFenced(self, this.#parts.publish());
      case 'log':
        return this.#parts.logger[effect.level](effect.text);
      case 'end':
        return this.end();
    }
  }

  end(): void {
    this.#ended = true;
    this.#closeLink();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** The next resync asks the daemon what it is. */
  forgetIdentity(): void {
    this.#identified = undefined;
  }

  async #connect(pingTimeoutMs: number, self: ActorRef<EngineMessage>): Promise<void> {
    this.#closeLink();
    const { connection, turns, clock, feed } = this.#parts;
    const link: Link = { controller: new AbortController() };
    this.#link = link;
    const tell = this.#teller(link, self);
    let startedMs = clock.monotonicMs();
    try {
      // Before its turn: one that does not answer takes none.
      await connection.ping(pingTimeoutMs);
      await turns.take(() => {
        startedMs = clock.monotonicMs();
        return this.#read(link, tell);
      });
    } catch (error) {
      if (this.#fenced(error, self)) return;
      const elapsedMs = clock.monotonicMs() - startedMs;
      tell({ type: 'connect-failed', cause: reasonOf(error), elapsedMs, atMs: clock.nowMs() });
      if (this.#link === link) this.#closeLink();
    } finally {
      feed.readingEnded();
    }
  }

  /**
   * The claim before anything is shown, and the last word of the state before the claim: what the log says of this engine from then on is said
   * by `connected`. The events before the lists, so that no change falls between.
   */
  async #read({ controller }: Link, tell: (message: EngineMessage) => void): Promise<void> {
    const { connection, inventory, clock, feed } = this.#parts;
    controller.signal.throwIfAborted();
    const identified = await this.#identify();
    await this.#parts.publish();
    if (this.#standsBack(await this.#parts.claims.take(identified.identity.id), tell)) return;
    const events = await connection.openEvents(feed.stream(), controller.signal);
    const refused = await inventory.readAll();
    tell({ type: 'connected', ...identified, atMs: clock.nowMs() });
    // A daemon that cannot list its volumes runs containers all the same.
    if (refused !== undefined) tell({ type: 'resync-failed', cause: refused.message, atMs: clock.nowMs() });
    void events.ended.then((cause) => tell({ type: 'link-broke', cause, atMs: clock.nowMs() }));
  }

  async #probe(timeoutMs: number, self: ActorRef<EngineMessage>): Promise<void> {
    const { connection, clock } = this.#parts;
    const tell = this.#teller(this.#link, self);
    const startedMs = clock.monotonicMs();
    try {
      await connection.probe(timeoutMs);
      tell({ type: 'engine-answered', ofProbe: true, atMs: clock.nowMs() });
    } catch (error) {
      tell({ type: 'engine-failed', cause: reasonOf(error), elapsedMs: clock.monotonicMs() - startedMs, atMs: clock.nowMs() });
    }
  }

  async #resync(self: ActorRef<EngineMessage>): Promise<void> {
    const { inventory, clock } = this.#parts;
    const tell = this.#teller(this.#link, self);
    const startedMs = clock.monotonicMs();
    try {
      const identified = this.#recentIdentity() ?? (await this.#identify());
      if (this.#standsBack(await this.#parts.claims.verify(identified.identity.id), tell)) return;
      const refused = await inventory.resync();
      if (refused === undefined) tell({ type: 'resynced', ...identified, atMs: clock.nowMs() });
      else tell({ type: 'resync-failed', cause: refused.message, atMs: clock.nowMs() });
    } catch (error) {
      if (this.#fenced(error, self)) return;
      const atMs = clock.nowMs();
      const cause = reasonOf(error);
      tell({ type: 'resync-failed', cause, atMs });
      if (isConnectionFailure(error)) tell({ type: 'engine-failed', cause, elapsedMs: clock.monotonicMs() - startedMs, atMs });
    }
  }

  async #identify(): Promise<Identified> {
    const what = await this.#parts.connection.identify();
    this.#identified = { what, atMs: this.#parts.clock.monotonicMs() };
    return what;
  }

  #recentIdentity(): Identified | undefined {
    const known = this.#identified;
    return known !== undefined && this.#parts.clock.monotonicMs() - known.atMs < identityMaxAgeMs ? known.what : undefined;
  }

  /** True when another member serves the daemon. */
  #standsBack(claim: OtherHolder, tell: (message: EngineMessage) => void): boolean {
    if (claim === undefined) return false;
    const { address, clock } = this.#parts;
    const conflict = { daemonId: claim.id, key: claim.key, address: claim.address };
    tell({ type: 'conflicted', conflict, cause: conflictReason(claim, address), atMs: clock.nowMs() });
    return true;
  }

  #schedule({ timer, afterMs, spreadMs }: Extract<EngineEffect, { type: 'schedule' }>, self: ActorRef<EngineMessage>): void {
    const { clock, randomness } = this.#parts;
    this.#timers.get(timer)?.();
    const dueMs = afterMs + randomness.fraction() * spreadMs;
    const delayMs = timer === 'probe' ? untilCommonMoment(clock.monotonicMs(), dueMs) : dueMs;
    this.#timers.set(
      timer,
      clock.after(delayMs, () =>
        self.tell(timer === 'hold' ? { type: 'hold-due', atMs: clock.nowMs() } : { type: `${timer}-due` }),
      ),
    );
  }

  #closeLink(): void {
    this.#link?.controller.abort(new BaleenError('engine/unreachable', 'the link to the engine was closed'));
    this.#link = undefined;
  }

  #teller(link: Link | undefined, self: ActorRef<EngineMessage>): (message: EngineMessage) => void {
    return (message) => {
      if (this.#link === link && !this.#ended) self.tell(message);
    };
  }

  async #unlessFenced(self: ActorRef<EngineMessage>, work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!this.#fenced(error, self)) throw error;
    }
  }

  /** The log refused a write (or was away until the lease ended): another monitor may own the engine. */
  #fenced(error: unknown, self: ActorRef<EngineMessage>): boolean {
    if (!(error instanceof BaleenError) || (error.code !== 'cluster/fenced' && error.code !== 'cluster/unavailable'))
      return false;
    self.tell({ type: 'lease-lost' });
    this.#parts.onFenced();
    return true;
  }
}

/** What users read as the engine's reason. A defect passes through: it is not the engine's fault. */
function reasonOf(error: unknown): string {
  if (error instanceof BaleenError) return error.message;
  throw error;
}
