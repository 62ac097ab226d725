import { errors, type Msg, type NatsConnection } from '@nats-io/nats-core';
import { BaleenError, type LogHealth, natsPrefix } from '#contracts';
import { type Clock, sleep } from '#service-shell';
import { claimRoundsMax, requestTimeoutMs, tombstoneTtlMs } from '../limits.ts';
import type { AppendOptions, ClusterLog, DeleteOptions, Fence, LogEntry, LogFollower, LogObserver } from '../log.ts';
import type { LogSink } from '../log-sink.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { LogKeeper, LogRoute } from './log-keeper.ts';
import { NatsFollower } from './nats-follower.ts';
import { natsHealth } from './nats-health.ts';
import { NatsRequests } from './nats-requests.ts';
import { outboxOf } from './outbox.ts';
import { Turns } from './turns.ts';
import { isTombstone, makesRoom, type WriteHeaders, writeHeaders } from './wire.ts';

export type NatsLogParts = {
  readonly connection: NatsConnection;
  readonly cluster: string;
  readonly clock: Clock;
  readonly keeper: LogKeeper;
  readonly route: LogRoute;
  readonly logger: LogSink | undefined;
};

/** The server's answer to a publish: where it went, or why not. */
type Acknowledgement = { readonly seq?: number; readonly error?: { readonly err_code?: number; readonly description?: string } };
/** Another sequence stands there than the one expected. */
const wrongLastSequence = 10_071;
/**
 * The server does not say which: on a replicated stream it refuses a write while another that expects the same subject is being agreed on, whatever
 * that will come to.
 */
const undecided = 10_164;
/** Asked again so often, this far apart: servers agree in milliseconds, and slowly on a busy disk. */
const decisionTriesMax = 40;
const decisionPauseMs = 10;

type Write = { readonly subject: string; readonly payload: Uint8Array; readonly headers: WriteHeaders };

/** Nobody follows what a look at the health writes. */
const healthTtlMs = 1_000;

const nothing = new Uint8Array();
const decoder = new TextDecoder();

export class NatsLog implements ClusterLog {
  readonly #parts: NatsLogParts;
  readonly #prefix: string;
  readonly #watch: ConnectionWatch;
  readonly #requests: NatsRequests;
  readonly #followers = new Set<LogFollower>();
  readonly #turns = new Turns();
  /** The stream is replicated: of writes that expect the same subject only one at a time has a chance. */
  #takesTurns = false;
  #closed = false;

  constructor(parts: NatsLogParts) {
    this.#parts = parts;
    this.#prefix = natsPrefix(parts.cluster);
    this.#watch = new ConnectionWatch(parts.connection);
    this.#requests = new NatsRequests(parts.connection, parts.clock);
    // What was in flight may or may not have been written.
    this.#watch.onChange((connected) => {
      if (!connected) this.#requests.fail(new Error('the connection to NATS broke'));
    });
  }

  append(subject: string, payload: Uint8Array, options: AppendOptions = {}): Promise<number> {
    return this.#write({ subject, payload, headers: { ttlMs: options.ttlMs } }, options);
  }

  delete(subject: string, options: DeleteOptions = {}): Promise<number> {
    const ttlMs = options.isLasting ? undefined : tombstoneTtlMs;
    return this.#write({ subject, payload: nothing, headers: { ttlMs, deletes: true } }, options);
  }

  makeRoom(subject: string, options: Pick<AppendOptions, 'fence'> = {}): Promise<number> {
    return this.#write({ subject, payload: makesRoom, headers: { ttlMs: tombstoneTtlMs, deletes: true } }, options);
  }

  note(subject: string, payload: Uint8Array | undefined, fence: Fence, ttlMs: number): void {
    if (this.#closed || !this.#watch.connected) return;
    const { connection, logger, route } = this.#parts;
    const expected = { subject: this.#prefix + fence.subject, sequence: fence.sequence };
    const post = () =>
      outboxOf(connection).post({
        subject: route.of(subject),
        payload: payload ?? nothing,
        headers: writeHeaders(payload === undefined ? { ttlMs: tombstoneTtlMs, deletes: true, expected } : { ttlMs, expected }),
        onRefused: (error) => logger?.warn({ err: error, subject }, 'a note was not sent'),
      });
    if (this.#takesTurns) void this.#turns.run(expected.subject, async () => post());
    else post();
  }

  async get(subject: string): Promise<LogEntry | undefined> {
    const last = await this.#last(subject);
    return last === undefined || last.payload === undefined ? undefined : last;
  }

  follow(patterns: readonly string[], observer: LogObserver): LogFollower {
    const { connection, keeper, cluster, clock, logger } = this.#parts;
    if (this.#closed) throw new BaleenError('cluster/unavailable', 'the log was closed');
    const onStopped = () => this.#followers.delete(follower);
    const parts = { connection, watch: this.#watch, keeper, cluster, clock, logger, onStopped };
    const follower = new NatsFollower(parts, patterns, observer);
    this.#followers.add(follower);
    return follower;
  }

  health(): Promise<LogHealth> {
    return natsHealth(this.#parts, (subject) => this.append(subject, nothing, { ttlMs: healthTtlMs }));
  }

  close(): Promise<void> {
    this.#closed = true;
    for (const follower of this.#followers) follower.stop();
    this.#followers.clear();
    this.#watch.stop();
    return Promise.resolve();
  }

  async #write(write: Write, { fence, expectedSequence }: AppendOptions): Promise<number> {
    if (fence !== undefined) {
      const expected = { subject: this.#prefix + fence.subject, sequence: fence.sequence };
      const sequence = await this.#publish({ ...write, headers: { ...write.headers, expected } });
      if (sequence !== undefined) return sequence;
      throw new BaleenError('cluster/fenced', `${write.subject} was not written: ${fence.subject} is held by another or ended`, {
        details: { subject: write.subject, fence },
      });
    }
    if (expectedSequence !== undefined) return this.#claim(write, expectedSequence);
    const sequence = await this.#publish(write);
    if (sequence !== undefined) return sequence;
    throw new BaleenError('cluster/unavailable', `the log refused ${write.subject} without being asked to compare`);
  }

  /** Expecting 0 means "no record", but a tombstone may stand in its place: then its sequence is what must be expected. */
  async #claim(write: Write, expectedSequence: number): Promise<number> {
    const subject = this.#prefix + write.subject;
    let expected = expectedSequence;
    for (let round = 0; round < claimRoundsMax; round++) {
      const sequence = await this.#publish({
        ...write,
        headers: { ...write.headers, expected: { subject, sequence: expected } },
      });
      if (sequence !== undefined) return sequence;
      if (expectedSequence !== 0) break;
      const last = await this.#last(write.subject);
      if (last?.payload !== undefined) break;
      expected = last?.sequence ?? 0;
    }
    throw new BaleenError('cluster/claim-taken', `${write.subject} is not as expected (sequence ${expectedSequence})`, {
      details: { subject: write.subject, expectedSequence },
    });
  }

  /** The sequence it was written at; `undefined` = the expectation did not hold. */
  async #publish(write: Write): Promise<number | undefined> {
    const { expected } = write.headers;
    if (expected === undefined) return decided(write, await this.#once(write));
    if (!this.#takesTurns) {
      const outcome = await this.#once(write);
      if (outcome !== 'undecided') return outcome;
      this.#takesTurns = true;
    }
    return this.#turns.run(expected.subject, () => this.#untilDecided(write));
  }

  async #untilDecided(write: Write): Promise<number | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#once(write);
      if (outcome !== 'undecided' || attempt === decisionTriesMax) return decided(write, outcome);
      await sleep(this.#parts.clock, decisionPauseMs);
    }
  }

  async #once(write: Write): Promise<number | 'undecided' | undefined> {
    const answer = await this.#request(write).catch(async (error: unknown) => {
      // Nobody listens on the stream's subjects: it was lost. Nothing was written, so once more after making it anew.
      if (!(error instanceof BaleenError) || !isNoResponders(error.cause)) throw error;
      await this.#withinTheBound('the stream', () => this.#parts.keeper.ensure());
      return this.#request(write);
    });
    const acknowledgement = JSON.parse(decoder.decode(answer.data)) as Acknowledgement;
    if (acknowledgement.seq !== undefined && acknowledgement.error === undefined) return acknowledgement.seq;
    const code = acknowledgement.error?.err_code;
    if (code === wrongLastSequence) return undefined;
    if (code === undecided) return 'undecided';
    const reason = acknowledgement.error?.description ?? 'unknown answer';
    throw new BaleenError('cluster/unavailable', `the log refused ${write.subject}: ${reason}`, {
      details: { subject: write.subject, natsCode: code },
    });
  }

  async #request({ subject, payload, headers }: Write): Promise<Msg> {
    this.#demandOpen();
    if (!this.#watch.connected) throw this.#failure(subject, new Error('not connected to NATS'));
    const { route } = this.#parts;
    const request = { subject: route.of(subject), payload, headers: writeHeaders(headers), timeoutMs: requestTimeoutMs };
    try {
      return await this.#requests.request(request);
    } catch (error) {
      if (error instanceof errors.TimeoutError) route.onSilence();
      throw this.#failure(subject, error);
    }
  }

  async #last(subject: string): Promise<LogEntry | undefined> {
    const found = await this.#withinTheBound(subject, () => this.#parts.keeper.lastMessage(this.#prefix + subject));
    if (found === null) return undefined;
    return { subject, sequence: found.seq, payload: isTombstone(found.header) ? undefined : found.data };
  }

  async #withinTheBound<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.#demandOpen();
    try {
      return await this.#watch.whileConnected(work);
    } catch (error) {
      throw this.#failure(what, error);
    }
  }

  #demandOpen(): void {
    if (this.#closed) throw new BaleenError('cluster/unavailable', 'the log was closed');
  }

  #failure(what: string, error: unknown): BaleenError {
    if (error instanceof BaleenError) return error;
    if (error instanceof errors.InvalidArgumentError)
      return new BaleenError('request/too-large', `${what} is larger than NATS takes (max_payload)`, { cause: error });
    return new BaleenError('cluster/unavailable', `the log does not answer (${what}): ${String(error)}`, { cause: error });
  }
}

/** Nothing was written, and nobody has lost anything: who may write tries again. */
function decided({ subject }: Write, outcome: number | 'undecided' | undefined): number | undefined {
  if (outcome !== 'undecided') return outcome;
  throw new BaleenError('cluster/unavailable', `the servers of the log have not agreed on ${subject} in time`, {
    details: { subject, natsCode: undecided },
  });
}

function isNoResponders(error: unknown): boolean {
  return error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders());
}
