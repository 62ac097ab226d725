import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  ReplayPolicy,
  StorageType,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/nats-core';
import { BaleenError, natsPrefix, streamName } from '#contracts';
import type { Clock } from '#service-shell';
import { tombstoneTtlMs } from '../limits.ts';
import type { LogKeeper, WantedConsumer } from './log-keeper.ts';

/** How a stream is made that is missing. */
export type NewStream = {
  readonly storage: 'memory' | 'file';
  readonly replicas: number;
};

/** The stream's subjects, relative to the cluster's prefix. */
const recordSubjects = [
  'member.>',
  'agent.>',
  'daemon.>',
  'token.>',
  'roster.>',
  'engine.>',
  'batch.>',
  'lease.>',
  'reservation.>',
  'decision.>',
  'replacement.>',
  'orders.>',
  'node.>',
  'barrier.>',
];

/** JetStream's error codes that mean something here (server's errors.json). */
const streamNotFound = 10_059;
const streamNameInUse = 10_058;

/** Heartbeat of an idle consumer: silence of more than two of them means the consumer is gone. */
export const heartbeatMs = 2_000;
/** The server removes a consumer this long after its follower vanished without a word. */
const abandonedConsumerMs = 30_000;

/** Makes the stream when it is missing and told how, and makes consumers on it. */
export class StreamKeeper implements LogKeeper {
  readonly name: string;
  readonly #manager: JetStreamManager;
  readonly #cluster: string;
  readonly #newStream: NewStream | undefined;
  readonly #clock: Clock;

  constructor(manager: JetStreamManager, cluster: string, newStream: NewStream | undefined, clock: Clock) {
    this.name = streamName(cluster);
    this.#manager = manager;
    this.#cluster = cluster;
    this.#newStream = newStream;
    this.#clock = clock;
  }

  /** The stream as it stands, made if missing; rejects with cluster/unavailable when it may not be. `created` tells one incarnation from the next. */
  async ensure(): Promise<StreamInfo> {
    try {
      return await this.#withAllSubjects(await this.#manager.streams.info(this.name));
    } catch (error) {
      if (!hasCode(error, streamNotFound)) throw error;
      if (this.#newStream === undefined) throw this.#noFleet(error);
    }
    try {
      return await this.#manager.streams.add(this.#config(this.#newStream));
    } catch (error) {
      // Another process made it between our two calls (with another first sequence).
      if (!hasCode(error, streamNameInUse)) throw error;
      return await this.#manager.streams.info(this.name);
    }
  }

  /** A push consumer without acknowledgements: last record of each subject, or everything from `fromSequence`. Resolves with how many wait. */
  async addConsumer(wanted: WantedConsumer): Promise<number> {
    const info = await this.#manager.consumers.add(this.name, {
      name: wanted.name,
      deliver_subject: wanted.inbox,
      filter_subjects: [...wanted.filters],
      ack_policy: AckPolicy.None,
      replay_policy: ReplayPolicy.Instant,
      max_deliver: 1,
      flow_control: true,
      idle_heartbeat: nanos(heartbeatMs),
      inactive_threshold: nanos(abandonedConsumerMs),
      mem_storage: true,
      num_replicas: 1,
      ...(wanted.fromSequence === undefined
        ? { deliver_policy: DeliverPolicy.LastPerSubject }
        : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: wanted.fromSequence }),
    });
    return info.num_pending;
  }

  removeConsumer(name: string): Promise<boolean> {
    return this.#manager.consumers.delete(this.name, name);
  }

  lastMessage(subject: string) {
    return this.#manager.streams.getMessage(this.name, { last_by_subj: subject });
  }

  /** A stream made by an older version learns the subjects that came since; it never forgets one that a newer version added. */
  #withAllSubjects(info: StreamInfo): Promise<StreamInfo> {
    const subjects = new Set([...info.config.subjects, ...this.#subjects()]);
    if (subjects.size === info.config.subjects.length) return Promise.resolve(info);
    return this.#manager.streams.update(this.name, { subjects: [...subjects] });
  }

  #noFleet(cause: unknown): BaleenError {
    const message = `this NATS has no cluster ${this.#cluster}: is the fleet running, and is its name right (--cluster)?`;
    return new BaleenError('cluster/unavailable', message, { details: { cluster: this.#cluster }, cause });
  }

  #subjects(): string[] {
    return recordSubjects.map((subject) => natsPrefix(this.#cluster) + subject);
  }

  #config({ storage, replicas }: NewStream): Partial<StreamConfig> & { name: string } {
    return {
      name: this.name,
      description: `Baleen cluster ${this.#cluster}`,
      subjects: this.#subjects(),
      storage: storage === 'memory' ? StorageType.Memory : StorageType.File,
      num_replicas: replicas,
      max_msgs_per_subject: 1,
      discard: DiscardPolicy.Old,
      allow_msg_ttl: true,
      subject_delete_marker_ttl: nanos(tombstoneTtlMs),
      allow_direct: true,
      // Sequences rise also over a stream that was lost and made again, so that no old fence matches by chance.
      first_seq: this.#clock.nowMs() * 1_000,
      // Appends carry no message ids; a window would only cost memory. 100 ms is the server's least.
      duplicate_window: nanos(100),
    };
  }
}

function hasCode(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
