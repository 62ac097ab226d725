import type { ClusterBus } from '#cluster-bus';
import { appendUnder, type ClusterLog, type Contender, contend, type Lease, type StandingOf } from '#cluster-log';
import { type AgentRecord, agentAddress, BaleenError, engineKey, type MemberRecord, type PortTarget, subjects } from '#contracts';
import { type EngineAddress, type EngineTransport, showEngineAddress } from '#docker-api';
import type { Clock, Logger, Randomness } from '#service-shell';
import { TunnelListener } from '#tunnel';
import type { EngineConnection } from '../engine-actor/engine-connection.ts';
import type { EngineSettings } from '../engine-actor/engine-settings.ts';
import { OwnedEngine } from '../engine-actor/owned-engine.ts';
import { InspectionBudget } from '../inventory/inspection-budget.ts';
import { ReadingTurns } from '../inventory/reading-turns.ts';
import { Slots } from '../inventory/slots.ts';
import { type AgentIdentity, enrolAnew } from './agent-identity.ts';
import { IdentityWatch } from './identity-watch.ts';
import { PortDoor } from './port-door.ts';

export type AgentParts = {
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  /** On a connection of its own: the bytes of tunnels. */
  readonly tunnelBus: ClusterBus;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly identity: AgentIdentity;
  /** Host name of the engine's machine. */
  readonly host: string;
  readonly instance: string;
  readonly settings: EngineSettings;
  /** How another member's claim on the daemon stands; an agent cannot read it from the log itself. */
  readonly standingOf: StandingOf;
  readonly leaseTtlMs: number;
  /** Where the daemon listens, on this machine. */
  readonly engine: EngineAddress;
  readonly transport: EngineTransport;
  /** Talks to that daemon. */
  readonly connect: () => EngineConnection;
};

/** NATS or the log refused: the engine is begun with again after this, as long as its lease is held. */
const retryMs = 1_000;
/** One engine's writes in flight: its inventory in a few rounds. */
const writesMax = 64;

type Served = { readonly lease: Lease; readonly engine: OwnedEngine; readonly tunnels: TunnelListener; readonly ports: PortDoor };

/**
 * The one engine behind this machine's agent: it stands for `lease.engine.<key>` itself, and while it holds it, enrols the engine, watches it
 * and serves its tunnels. Survives NATS' absence of any length: the lease ends, is taken again, and everything is read anew.
 */
export class Agent {
  readonly #parts: AgentParts;
  readonly #key: string;
  readonly #watch: IdentityWatch;
  #contender: Contender;
  #served: Served | undefined;
  /** Begin and end never overlap. */
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    const { log, clock, logger, identity, instance, leaseTtlMs } = parts;
    this.#key = engineKey(agentAddress(identity.id));
    this.#watch = new IdentityWatch({
      log,
      clock,
      logger,
      identity,
      engine: this.#key,
      instance,
      leaseTtlMs,
      isHeld: () => this.#contender.lease?.held === true,
      onRecordGone: () => this.#then(() => this.#enrolAgain()),
    });
    this.#contender = this.#contend();
  }

  /** Leaves the fleet: the lease is given back and the record removed. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch.stop();
    this.#then(async () => {
      await this.#end('given-back');
      await this.#leave();
    });
    await this.#turn;
    await this.#contender.stop();
  }

  #contend(): Contender {
    const { log, clock, instance, leaseTtlMs } = this.#parts;
    const options = { ttlMs: leaseTtlMs, holder: instance };
    return contend(log, clock, `engine.${this.#key}`, options, {
      onHeld: (lease) => this.#then(() => this.#begin(lease)),
      onLost: () => this.#then(() => this.#end('lease-lost')),
    });
  }

  #then(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      if (!(error instanceof BaleenError)) throw error;
      this.#parts.logger.warn(`the agent could not do what it should, trying again: ${error.message}`);
    });
  }

  async #begin(lease: Lease): Promise<void> {
    if (this.#stopped || !lease.held) return;
    try {
      await this.#enrol(lease);
      this.#served = await this.#serve(lease);
      this.#parts.logger.info({ engine: this.#key, epoch: lease.term }, 'serving this engine to the fleet');
    } catch (error) {
      this.#parts.clock.after(retryMs, () => this.#then(() => this.#begin(lease)));
      throw error;
    }
  }

  async #serve(lease: Lease): Promise<Served> {
    const {
      log,
      bus,
      tunnelBus,
      clock,
      randomness,
      logger,
      settings,
      instance,
      engine: address,
      transport,
      connect,
    } = this.#parts;
    const member: MemberRecord = { key: this.#key, address: agentAddress(this.#parts.identity.id), source: 'agent' };
    const ports = new PortDoor({ address, transport, clock });
    const dialPort = (target: PortTarget) => ports.dial(target);
    const tunnels = await TunnelListener.start({
      bus: tunnelBus,
      clock,
      logger,
      engine: this.#key,
      address,
      transport,
      dialPort,
    });
    try {
      const engine = await OwnedEngine.start({
        member,
        lease,
        log,
        bus,
        clock,
        randomness,
        logger,
        settings,
        monitor: instance,
        standingOf: this.#parts.standingOf,
        connect,
        writeSlots: new Slots(writesMax, Number.POSITIVE_INFINITY),
        readingTurns: new ReadingTurns(clock),
        inspections: new InspectionBudget({ clock, engines: () => 1 }),
        isOwned: () => lease.held,
        onGiveUp: () => this.#then(() => this.#startAfresh(lease)),
      });
      return { lease, engine, tunnels, ports };
    } catch (error) {
      await Promise.all([tunnels.stop('the engine is not served just now'), ports.close()]);
      throw error;
    }
  }

  async #end(reason: 'lease-lost' | 'given-back'): Promise<void> {
    const served = this.#served;
    this.#served = undefined;
    if (served === undefined) return;
    const why = reason === 'lease-lost' ? 'its agent lost the connection to NATS' : 'its agent is stopping';
    await Promise.all([served.tunnels.stop(why), served.engine.stop(reason)]);
    await served.ports.close();
    if (reason === 'lease-lost')
      this.#parts.logger.warn('not serving this engine just now: its lease ended; its containers run on');
  }

  /** The actor failed too often under this lease: under the next one it starts from nothing. */
  async #startAfresh(lease: Lease): Promise<void> {
    if (this.#stopped || this.#served?.lease !== lease) return;
    await this.#end('given-back');
    await this.#contender.stop();
    this.#contender = this.#contend();
  }

  async #enrol(lease: Lease): Promise<void> {
    const { log, clock, logger, identity, host, instance } = this.#parts;
    const before = this.#watch.record;
    if (before !== undefined && before.host !== host) {
      const remedy = `if both machines run, one is a clone: there, ${enrolAnew(identity)} and start its agent again`;
      logger.warn({ agent: identity.id }, `taking over the identity that host ${before.host} had; ${remedy}`);
    }
    const record: AgentRecord = { id: identity.id, host, instance, registeredAtMs: clock.nowMs() };
    await appendUnder(lease, log, subjects.agent(identity.id), Buffer.from(JSON.stringify(record)));
  }

  async #enrolAgain(): Promise<void> {
    const lease = this.#served?.lease;
    if (this.#stopped || lease === undefined) return;
    this.#parts.logger.warn(
      'the enrolment of this engine was removed while its agent runs: enrolled again. Stop the agent to leave',
    );
    await this.#enrol(lease);
  }

  async #leave(): Promise<void> {
    const { log, logger, identity, engine } = this.#parts;
    const lease = this.#contender.lease;
    if (lease?.held !== true) return;
    await appendUnder(lease, log, subjects.agent(identity.id), undefined);
    logger.info({ engine: this.#key }, `left the fleet; ${showEngineAddress(engine)} and its containers are as they were`);
  }
}
