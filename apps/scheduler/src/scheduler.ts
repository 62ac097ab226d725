import type { ClusterBus } from '#cluster-bus';
import type { ClusterLog, ContendOptions, LogFollower, OrderKeys } from '#cluster-log';
import type { Clock, Logger, Randomness } from '#service-shell';
import type { Judge } from './decisions/judge.ts';
import type { LoadOptions } from './fleet/engine-load.ts';
import { FleetLedger } from './fleet/fleet-ledger.ts';
import { ledgerPatterns } from './fleet/ledger-patterns.ts';
import { barrierOf, Leadership } from './leadership/leadership.ts';
import { beginReign, type ReignParts } from './leadership/reign.ts';
import type { PublishSettings } from './ports/gateway-ports.ts';
import { OperationWrites } from './reservations/operation-writes.ts';
import type { SchedulerDesk } from './scheduler-desk.ts';

export type SchedulerParts = {
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  readonly desk: SchedulerDesk;
  readonly door: ReignParts['door'];
  readonly judgeOf: (ledger: FleetLedger) => Judge;
  readonly usage: LoadOptions;
  /** What orders to reschedule are known by. */
  readonly orderKeys: OrderKeys;
  readonly publish: PublishSettings;
  readonly leaseTtlMs: number;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  /** Unique per process. */
  readonly instance: string;
};

/** One scheduler process: a ledger that always follows the log, and a contender for leadership over it. */
export class Scheduler {
  readonly ledger: FleetLedger;
  readonly leadership: Leadership;
  readonly #parts: Pick<SchedulerParts, 'orderKeys' | 'logger'>;
  readonly #follower: LogFollower;

  constructor(parts: SchedulerParts) {
    const { log, bus, desk, door, clock, randomness, logger, instance } = parts;
    this.#parts = parts;
    const ledger = new FleetLedger(parts.usage, (subject, error) => logger.error({ subject, err: error }, 'record left out'));
    this.ledger = ledger;
    this.#follower = log.follow([...ledgerPatterns, barrierOf(instance)], {
      onEntry: (entry) => ledger.apply(entry),
      onReset: () => ledger.reset(),
    });
    const reignParts = {
      ledger,
      judge: parts.judgeOf(ledger),
      orderKeys: parts.orderKeys,
      publish: parts.publish,
      writes: new OperationWrites(),
      bus,
      desk,
      door,
      clock,
      randomness,
      logger,
    };
    const lease: ContendOptions = { ttlMs: parts.leaseTtlMs, holder: instance, fraction: () => randomness.fraction() };
    this.leadership = new Leadership({
      log,
      lease,
      follower: () => this.#follower,
      reign: (term) => beginReign(reignParts, term),
      clock,
      logger,
      instance,
    });
  }

  /** Resolves when the ledger has read the log; from then on this process stands for leadership. */
  async start(): Promise<void> {
    await this.#follower.caughtUp;
    this.#rememberOrderKeys();
    this.leadership.start();
  }

  /** Whoever leads after a loss of the log puts them back. */
  #rememberOrderKeys(): void {
    const { orderKeys, logger } = this.#parts;
    orderKeys.ring().catch((error: unknown) => logger.debug({ err: error }, 'the keys of orders are not known yet'));
  }

  /** Hands leadership over (0.3 s at most) and stops following. */
  async stop(): Promise<void> {
    await this.leadership.stop();
    this.#follower.stop();
  }
}
