import { type ClusterLog, decodeLease, type LogFollower } from '#cluster-log';
import { AgentRecord, readRecord, subjects } from '#contracts';
import type { Clock, Logger } from '#service-shell';
import { type AgentIdentity, enrolAnew } from './agent-identity.ts';

export type IdentityWatchOptions = {
  readonly log: ClusterLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly identity: AgentIdentity;
  /** Key of the engine behind this identity. */
  readonly engine: string;
  readonly instance: string;
  readonly leaseTtlMs: number;
  /** This agent holds the identity just now. */
  readonly isHeld: () => boolean;
  /** The record of this agent was removed though it never left. */
  readonly onRecordGone: () => void;
};

/** The lease of an agent that died is over by then: who still holds it lives. */
const firstLookTtls = 2;
/** Said again, for whoever reads only the end of a log. */
const sayAgainMs = 60_000;

/** Follows who has this agent's identity, and says by name who has it instead of it: machines are cloned with their state folder. */
export class IdentityWatch {
  readonly #options: IdentityWatchOptions;
  readonly #follower: LogFollower;
  #record: AgentRecord | undefined;
  #holder: string | undefined;
  #cancel: () => void;

  constructor(options: IdentityWatchOptions) {
    this.#options = options;
    const { log, clock, identity, engine, leaseTtlMs } = options;
    const recordSubject = subjects.agent(identity.id);
    this.#follower = log.follow([recordSubject, subjects.lease(`engine.${engine}`)], {
      onEntry: ({ subject, payload }) => {
        if (subject !== recordSubject) {
          this.#holder = payload && decodeLease(payload)?.holder;
          return;
        }
        const wasOurs = this.#record?.instance === options.instance;
        this.#record = readRecord(AgentRecord, payload);
        if (wasOurs && payload === undefined && options.isHeld()) options.onRecordGone();
      },
      onReset: () => {
        this.#record = undefined;
        this.#holder = undefined;
      },
    });
    this.#cancel = clock.after(firstLookTtls * leaseTtlMs, () => this.#look());
  }

  /** The agent that enrolled last under this identity, this one included. */
  get record(): AgentRecord | undefined {
    return this.#record;
  }

  stop(): void {
    this.#cancel();
    this.#follower.stop();
  }

  #look(): void {
    const { clock, logger, identity, instance, isHeld } = this.#options;
    if (!isHeld() && this.#holder !== undefined && this.#holder !== instance) {
      const host = this.#record?.instance === this.#holder ? `on host ${this.#record.host}` : 'on an unknown host';
      logger.error(
        { agent: identity.id, holder: this.#holder },
        `another agent (${this.#holder}, ${host}) serves an engine under the identity of this one; nothing was changed, and this engine is ` +
          `not in the fleet. Was this machine cloned? Then stop this agent, ${enrolAnew(identity)} and start it again: it enrols anew`,
      );
    }
    this.#cancel = clock.after(sayAgainMs, () => this.#look());
  }
}
