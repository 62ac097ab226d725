import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type Msg, type MsgHdrs, type NatsConnection, nuid } from '@nats-io/nats-core';
import { agentOf, DaemonClaim, doorRights, encodeRecord, isInboxOf, natsPrefix, readRecord, subjects, untoken } from '#contracts';
import type { Clock } from '#service-shell';
import { requestTimeoutMs } from '../limits.ts';
import type { ClusterLog } from '../log.ts';
import type { LogSink } from '../log-sink.ts';
import { NatsRequests } from '../nats/nats-requests.ts';
import { type Outbox, outboxOf } from '../nats/outbox.ts';
import { StreamKeeper } from '../nats/stream-keeper.ts';
import { expectationOf, forwardedHeaders } from '../nats/wire.ts';
import { type StandingOf, standingIn } from '../standing-in-log.ts';
import { anyDoor, FollowRequest, refusedHeader, sequenceHeader, UnfollowRequest } from './door-wire.ts';

export type LogDoorParts = {
  /** Of a process that may write engines' records; the door never closes it. */
  readonly connection: NatsConnection;
  readonly log: ClusterLog;
  readonly cluster: string;
  readonly clock: Clock;
  readonly logger: LogSink;
};

/** Which engine's agent asks, and what. */
type Visit = { readonly key: string; readonly verb: string; readonly subject: string; readonly message: Msg };

/** Agents share a door's process with engines' records; more at once are refused, and their agents ask again. */
const visitsMax = 1_024;
const missing = 0;

/**
 * The log for agents, who have no right of their own on JetStream: there the server writes acknowledgements and consumers' deliveries wherever the
 * request says, past all permissions. Each request is held against `doorRights` of the engine in its subject, which NATS lets only that engine's
 * agent publish to, and passed on as it came. Doors share the subject `any`; an agent keeps to the door that answered, so that its writes keep
 * their order.
 */
export class LogDoor {
  readonly #parts: LogDoorParts;
  readonly #prefix: string;
  readonly #name = nuid.next();
  readonly #keeper: StreamKeeper;
  readonly #requests: NatsRequests;
  readonly #outbox: Outbox;
  readonly #standingOf: StandingOf;
  readonly #subscriptions: { unsubscribe(): void }[];
  #visits = 0;

  static async open(parts: LogDoorParts): Promise<LogDoor> {
    const manager = await jetstreamManager(parts.connection, { checkAPI: false, timeout: requestTimeoutMs });
    return new LogDoor(parts, new StreamKeeper(manager, parts.cluster, undefined, parts.clock));
  }

  private constructor(parts: LogDoorParts, keeper: StreamKeeper) {
    const { connection, cluster, clock, log } = parts;
    this.#parts = parts;
    this.#prefix = natsPrefix(cluster);
    this.#keeper = keeper;
    this.#requests = new NatsRequests(connection, clock);
    this.#outbox = outboxOf(connection);
    this.#standingOf = standingIn(log);
    const callback = (error: Error | null, message: Msg) => {
      if (error === null) this.#receive(message);
      else parts.logger.error({ err: error }, 'the door of the log is closed');
    };
    this.#subscriptions = [
      connection.subscribe(this.#prefix + subjects.door('*', anyDoor, '>'), { queue: 'doors', callback }),
      connection.subscribe(this.#prefix + subjects.door('*', this.#name, '>'), { callback }),
    ];
  }

  /** Serves no more; agents go to another door. */
  close(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }

  #receive(message: Msg): void {
    const [, key = '', , verb = '', ...subject] = message.subject.slice(this.#prefix.length).split('.');
    // An answer where the asker itself cannot hear is meant for another: the asker names its subject, and this process may publish to all.
    if (message.reply && !isOwnInbox(key, message.reply)) {
      this.#parts.logger.warn({ key, verb, reply: message.reply }, 'a request of an agent names the inbox of another');
      return;
    }
    const visit: Visit = { key, verb, subject: subject.join('.'), message };
    if (this.#visits >= visitsMax) return this.#refuse(visit, 'too many requests of agents are being served');
    this.#visits += 1;
    void this.#serve(visit)
      .catch((error: unknown) => {
        this.#parts.logger.warn({ err: error, key, verb, subject: visit.subject }, 'a request of an agent failed');
        this.#refuse(visit, 'the log does not answer');
      })
      .finally(() => {
        this.#visits -= 1;
      });
  }

  async #serve(visit: Visit): Promise<void> {
    switch (visit.verb) {
      case 'append':
        return this.#append(visit);
      case 'last':
        return this.#last(visit);
      case 'follow':
        return this.#follow(visit);
      case 'unfollow':
        return this.#unfollow(visit);
      case 'stream': {
        const { created } = await this.#keeper.ensure();
        return this.#answer(visit, { created, door: this.#name });
      }
      case 'standing':
        return this.#standing(visit);
      default:
        return this.#refuse(visit, `this door knows no ${visit.verb}: update the monitors before the agents`);
    }
  }

  /** Records leave before anything is waited for: two of one agent keep their order. */
  async #append(visit: Visit): Promise<void> {
    const { key, subject, message } = visit;
    const meta = forwardedHeaders(message.headers);
    const expected = expectationOf(meta);
    const rights = doorRights(key);
    const expectedSubject = expected?.subject?.slice(this.#prefix.length);
    if (!rights.mayWrite(subject) || (expectedSubject !== undefined && !rights.mayWrite(expectedSubject)))
      return this.#refuse(visit, `${subject} is not of this engine`);
    if (subject.startsWith('daemon.') && !(await this.#mayClaim(visit, expected?.sequence)))
      return this.#refuse(visit, `${subject} is claimed by another member`);
    const full = this.#prefix + subject;
    if (!message.reply)
      return this.#outbox.post({ subject: full, payload: message.data, headers: meta, onRefused: (error) => this.#warn(error) });
    const answer = await this.#requests.request({
      subject: full,
      payload: message.data,
      headers: meta,
      timeoutMs: requestTimeoutMs,
    });
    this.#reply(visit, answer.data);
  }

  /** A claim that stands is nobody's to overwrite. The write must expect what was judged here. */
  async #mayClaim({ key, subject, message }: Visit, expectedSequence: number | undefined): Promise<boolean> {
    const wanted = message.data.length === 0 ? undefined : readRecord(DaemonClaim, message.data);
    if (expectedSequence === undefined || (message.data.length > 0 && wanted?.key !== key)) return false;
    const entry = await this.#parts.log.get(subject);
    const claim = readRecord(DaemonClaim, entry?.payload);
    if (entry === undefined || claim === undefined || claim.key === key) return true;
    // Sequences only rise: the server refuses it, in words that have the asker look anew, unless the claim is gone by then.
    if (expectedSequence < entry.sequence) return true;
    const mayTake = wanted !== undefined && (await this.#standingOf(claim, entry.sequence)) !== 'stands';
    return mayTake && entry.sequence === expectedSequence;
  }

  async #last(visit: Visit): Promise<void> {
    if (!doorRights(visit.key).mayRead(visit.subject)) return this.#refuse(visit, `${visit.subject} is not of this engine`);
    const found = await this.#keeper.lastMessage(this.#prefix + visit.subject);
    const meta = forwardedHeaders(found?.header);
    meta.set(sequenceHeader, String(found?.seq ?? missing));
    this.#reply(visit, found?.data ?? new Uint8Array(), meta);
  }

  async #follow(visit: Visit): Promise<void> {
    const { key, message } = visit;
    const wanted = readRecord(FollowRequest, message.data);
    if (wanted === undefined) return this.#refuse(visit, 'the request to follow breaks the contract');
    const rights = doorRights(key);
    const foreign = wanted.filters.find((filter) => !rights.mayFollow(filter.slice(this.#prefix.length)));
    if (foreign !== undefined) return this.#refuse(visit, `${foreign} is not of this engine`);
    // Only where the asker itself can hear: the server delivers wherever it is told.
    if (!isOwnInbox(key, wanted.inbox)) return this.#refuse(visit, `${wanted.inbox} is no inbox of the asker`);
    const { fromSequence, ...consumer } = wanted;
    const pending = await this.#keeper.addConsumer({ ...consumer, name: consumerOf(key, wanted.name), fromSequence });
    this.#answer(visit, { pending });
  }

  async #unfollow(visit: Visit): Promise<void> {
    const wanted = readRecord(UnfollowRequest, visit.message.data);
    if (wanted === undefined) return this.#refuse(visit, 'the request to follow no more breaks the contract');
    await this.#keeper.removeConsumer(consumerOf(visit.key, wanted.name));
    this.#answer(visit, {});
  }

  /** Whether another's claim stands is said, not what the log has of that member. */
  async #standing(visit: Visit): Promise<void> {
    const entry = await this.#parts.log.get(visit.subject);
    const claim = readRecord(DaemonClaim, entry?.payload);
    if (entry === undefined || claim === undefined) return this.#answer(visit, { standing: 'void' });
    this.#answer(visit, { standing: await this.#standingOf(claim, entry.sequence) });
  }

  #answer(visit: Visit, ok: unknown): void {
    this.#reply(visit, encodeRecord({ ok }));
  }

  #refuse(visit: Visit, reason: string): void {
    const meta = headers();
    meta.set(refusedHeader, reason);
    this.#reply(visit, encodeRecord({ refused: reason, error: { code: 403, description: reason } }), meta);
  }

  #reply({ message }: Visit, payload: Uint8Array, meta?: MsgHdrs): void {
    const { reply } = message;
    if (!reply) return;
    this.#outbox.post({
      subject: reply,
      payload,
      ...(meta !== undefined && { headers: meta }),
      onRefused: (error) => this.#warn(error),
    });
  }

  #warn(error: unknown): void {
    this.#parts.logger.warn({ err: error }, 'the door of the log could not send');
  }
}

/** Where the agent of that engine key hears: its ID is the name in its credentials, and without any it dials by it (`inboxName`). */
function isOwnInbox(key: string, subject: string): boolean {
  const id = agentOf(untoken(key));
  return id !== undefined && isInboxOf(id, subject);
}

/** No agent reaches the consumer of another. */
function consumerOf(key: string, name: string): string {
  return `${key}-${name}`;
}
