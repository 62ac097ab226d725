import { type ClusterBus, callGateway, type Served, serveGateway } from '#cluster-bus';
import { type ClusterLog, type Contender, contend, type Lease, type LogFollower } from '#cluster-log';
import { type Clock, type Logger, sleep, within } from '#service-shell';
import { type GatewayLeases, gatewayLease } from './gateway-leases.ts';

/** A gateway that died is taken for another one no longer than this; three renewals in two seconds keep it. */
const leaseTtlMs = 2_000;
/**
 * So old may be what this gateway last saw of the log when it takes itself for the only one. A renewal and a half, as leases rest for a third of
 * their time after one: with less, reads would pass barriers between renewals.
 */
const trustedMs = 1_000;
/** Nobody who has not heard of a lease for so long takes itself for the only one: `trustedMs`, and a fifth more, since clocks differ. */
const greetingMaxMs = 1_200;
/** Until it is tried again to be there for greetings. */
const retryMs = 500;

export type PresenceParts = {
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Id of this gateway process. */
  readonly gateway: string;
  /** Of the view, at the place where its follower is. */
  readonly leases: GatewayLeases;
  readonly follower: LogFollower;
};

/**
 * Who else serves this fleet (docs/adr/0029): this gateway holds `lease.gateway.<id>`, greets the others before it is *known*, and is
 * *alone* while its view shows no other's lease.
 */
export class Presence {
  readonly #parts: PresenceParts;
  #served: Served | undefined;
  #contender: Contender | undefined;
  /** The lease of which all others know. */
  #known: Lease | undefined;
  #becomesKnown = Promise.withResolvers<void>();
  #hasBegun = false;
  #stopped = false;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /**
   * Once the log has been read: until then this gateway acknowledges nothing, answers to renewals would come behind all that is still to be
   * read, and who died shortly before is forgotten meanwhile. More calls do nothing.
   */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#start();
  }

  /** No other gateway has acknowledged anything that the view lacks, and none will while this is true. */
  get isAlone(): boolean {
    const { clock, leases } = this.#parts;
    const lease = this.#lease;
    if (lease === undefined || leases.others.size > 0 || leases.own === undefined) return false;
    const { sequence, sentAtMs } = lease.renewed;
    return leases.own >= sequence && clock.monotonicMs() < sentAtMs + trustedMs;
  }

  /** No other gateway takes itself for the only one, or its view has all that is in the log by now. */
  get isKnown(): boolean {
    return this.#known !== undefined && this.#known === this.#lease && this.#parts.leases.own !== undefined;
  }

  /**
   * For who acknowledges what is in the log already: at the latest after the time in which everybody sees it anyway, with or without
   * having heard of this gateway. Never rejects.
   */
  async known(): Promise<void> {
    if (!this.isKnown) await within(this.#parts.clock, greetingMaxMs, this.#becomesKnown.promise);
  }

  /** Gives the lease back: the others need not reckon with this gateway. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#contender?.stop(), this.#served?.stop()]);
  }

  /** While it is held. */
  get #lease(): Lease | undefined {
    const lease = this.#contender?.lease;
    return lease?.held ? lease : undefined;
  }

  /** Answers greetings before it has a lease: who sees the lease may greet at once. */
  async #start(): Promise<void> {
    const { log, clock, gateway, logger } = this.#parts;
    const served = await this.#serve();
    if (served === undefined) return;
    if (this.#stopped) return served.stop();
    this.#served = served;
    const lease = { ttlMs: leaseTtlMs, holder: gateway };
    this.#contender = contend(log, clock, gatewayLease(gateway), lease, {
      onHeld: (held) => void this.#introduce(held),
      onLost: ({ term }) => logger.warn({ term }, 'this gateway lost its lease'),
    });
  }

  /** Tries until it can be greeted; a NATS that goes away just then must not end the process. `undefined` = it was stopped. */
  async #serve(): Promise<Served | undefined> {
    const { bus, clock, gateway, follower, logger } = this.#parts;
    while (!this.#stopped) {
      try {
        return await serveGateway(bus, gateway, 'greet', async ({ sequence }, { deadlineMs }) => {
          await follower.reached(sequence, deadlineMs);
          return {};
        });
      } catch (error) {
        logger.warn({ err: error }, 'cannot be greeted yet: reads pass a barrier until then');
        await sleep(clock, retryMs);
      }
    }
    return undefined;
  }

  async #introduce(lease: Lease): Promise<void> {
    const { clock, logger } = this.#parts;
    const greeted = Promise.withResolvers<void>();
    this.#greetOthers(lease).then(greeted.resolve, (error: unknown) => {
      logger.info(
        { err: error, term: lease.term },
        'another gateway has not answered the greeting; waiting until its lease is worth nothing',
      );
    });
    await within(clock, greetingMaxMs, greeted.promise);
    if (lease !== this.#lease) return;
    this.#known = lease;
    this.#becomesKnown.resolve();
    this.#becomesKnown = Promise.withResolvers();
  }

  /** Resolves when all who were there before know of this gateway; who comes later finds its lease. */
  async #greetOthers({ term }: Lease): Promise<void> {
    const { bus, follower, leases } = this.#parts;
    await follower.reached(term, greetingMaxMs);
    const greetings = [...leases.others].map((other) =>
      callGateway(bus, other, 'greet', { sequence: term }, { timeoutMs: greetingMaxMs }),
    );
    await Promise.all(greetings);
  }
}
