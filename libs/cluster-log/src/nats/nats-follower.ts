import { type Msg, type NatsConnection, nuid, type Subscription } from '@nats-io/nats-core';
import { natsPrefix } from '#contracts';
import type { Clock } from '#service-shell';
import { FollowerProgress } from '../follower-progress.ts';
import { silenceMaxMs } from '../limits.ts';
import type { LogFollower, LogObserver } from '../log.ts';
import type { LogSink } from '../log-sink.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { newInbox } from './inbox.ts';
import type { LogKeeper } from './log-keeper.ts';
import { heartbeatMs } from './stream-keeper.ts';
import { isExpiry, isTombstone, makesRoom, parseDelivery } from './wire.ts';

/** Silence of this long while connected: two heartbeats and a half were missed, the consumer is gone. */
const silenceBeforeRestartMs = heartbeatMs * 2.5;
/** Pause between attempts to (re)start, doubling from the first to the second. */
const retryFirstMs = 100;
const retryMaxMs = 2_000;

export type FollowerParts = {
  readonly connection: NatsConnection;
  readonly watch: ConnectionWatch;
  readonly keeper: LogKeeper;
  readonly cluster: string;
  readonly clock: Clock;
  readonly logger: LogSink | undefined;
  readonly onStopped: () => void;
};

/** One consumer's life: from its subscription until the follower replaces it. */
type Attachment = {
  readonly consumer: string;
  readonly subscription: Subscription;
  expected: number;
  delivered: number;
  /** How many records waited at its start; unknown until the server has said so. */
  toDeliver: number | undefined;
};

/**
 * Follows the stream by an ephemeral push consumer: the server's flow control bounds what is in flight, every gap in the
 * consumer's sequence, missed heartbeat or reconnect attaches a fresh consumer behind the last entry delivered.
 */
export class NatsFollower implements LogFollower {
  readonly #parts: FollowerParts;
  readonly #observer: LogObserver;
  readonly #filters: readonly string[];
  readonly #prefixLength: number;
  readonly #progress: FollowerProgress;
  readonly #stopWatching: () => void;
  /** Creation time of the stream that is followed; another one means that it was lost and made again. */
  #incarnation: string | undefined;
  #attachment: Attachment | undefined;
  #attaching = false;
  #attachAgain = false;
  /** Counts attempts, so that one that was given up and ends late changes nothing. */
  #attempt = 0;
  #caughtUp = false;
  #heardAtMs: number;
  #cancelTimer: () => void = () => undefined;
  #stopped = false;

  constructor(parts: FollowerParts, patterns: readonly string[], observer: LogObserver) {
    const prefix = natsPrefix(parts.cluster);
    this.#parts = parts;
    this.#observer = observer;
    this.#filters = patterns.map((pattern) => prefix + pattern);
    this.#prefixLength = prefix.length;
    this.#progress = new FollowerProgress(parts.clock);
    this.#heardAtMs = parts.clock.monotonicMs();
    this.#stopWatching = parts.watch.onChange((connected) => {
      if (connected) this.#attach();
    });
    this.#attach();
    this.#watchSilence(silenceBeforeRestartMs);
  }

  get sequence(): number {
    return this.#progress.sequence;
  }

  get caughtUp(): Promise<void> {
    return this.#progress.caughtUp;
  }

  reached(sequence: number, timeoutMs: number): Promise<void> {
    return this.#progress.reached(sequence, timeoutMs);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#cancelTimer();
    this.#stopWatching();
    this.#detach();
    this.#progress.stop();
    this.#parts.onStopped();
  }

  /** Attaches a fresh consumer, trying until it stands; a request meanwhile makes it do so once more. */
  #attach(): void {
    this.#attachAgain = true;
    if (this.#attaching) return;
    this.#attaching = true;
    void this.#attachUntilItStands();
  }

  async #attachUntilItStands(): Promise<void> {
    const { watch, clock, logger, keeper } = this.#parts;
    let pauseMs = retryFirstMs;
    while (this.#attachAgain && !this.#stopped) {
      this.#attachAgain = false;
      this.#detach();
      // The reconnect attaches.
      if (!watch.connected) break;
      try {
        this.#attempt += 1;
        await watch.whileConnected(() => this.#attachOnce(this.#attempt));
        pauseMs = retryFirstMs;
      } catch (error) {
        logger?.warn({ err: error, stream: keeper.name }, 'following the log failed, trying again');
        this.#attachAgain = true;
        await new Promise<void>((resolve) => {
          clock.after(pauseMs, resolve);
        });
        pauseMs = Math.min(retryMaxMs, pauseMs * 2);
      }
    }
    this.#attaching = false;
  }

  async #attachOnce(attempt: number): Promise<void> {
    const { connection, keeper, clock } = this.#parts;
    const { created } = await keeper.ensure();
    // Given up meanwhile: the connection broke or the follower was stopped.
    if (this.#stopped || attempt !== this.#attempt) return;
    const silentMs = clock.monotonicMs() - this.#heardAtMs;
    if (this.#incarnation !== undefined && (this.#incarnation !== created || silentMs > silenceMaxMs))
      this.#reset(created, silentMs);
    this.#incarnation = created;
    const inbox = newInbox(connection);
    const attachment: Attachment = {
      consumer: `follower-${nuid.next()}`,
      subscription: connection.subscribe(inbox, {
        callback: (error, message) => this.#receive(attachment, error, message),
      }),
      expected: 1,
      delivered: 0,
      toDeliver: undefined,
    };
    this.#attachment = attachment;
    // Records come in sequence order and a subject keeps one, so going on behind the last one delivered leaves nothing out.
    const fromSequence = this.#progress.sequence > 0 ? this.#progress.sequence + 1 : undefined;
    attachment.toDeliver = await keeper.addConsumer({ name: attachment.consumer, inbox, filters: this.#filters, fromSequence });
    if (attachment !== this.#attachment) return;
    this.#heardAtMs = clock.monotonicMs();
    this.#checkCaughtUp(attachment, undefined);
  }

  #reset(created: string, silentMs: number): void {
    const facts = { stream: this.#parts.keeper.name, was: this.#incarnation, created, silentMs: Math.round(silentMs) };
    this.#parts.logger?.warn(facts, 'the log was made anew or heard nothing for too long: starting again');
    this.#caughtUp = false;
    this.#progress.restart();
    // Nothing said before this moment matters any more.
    this.#heardAtMs = this.#parts.clock.monotonicMs();
    this.#observer.onReset?.();
  }

  #detach(): void {
    const attachment = this.#attachment;
    if (attachment === undefined) return;
    this.#attachment = undefined;
    attachment.subscription.unsubscribe();
    if (!this.#parts.watch.connected || this.#parts.connection.isClosed()) return;
    // It may be gone already, and the server removes it by itself: only worth a line when somebody looks for it.
    this.#parts.keeper.removeConsumer(attachment.consumer).catch((error: unknown) => {
      this.#parts.logger?.debug({ err: error, consumer: attachment.consumer }, 'consumer was not removed');
    });
  }

  #receive(attachment: Attachment, error: Error | null, message: Msg): void {
    if (attachment !== this.#attachment) return;
    const nowMs = this.#parts.clock.monotonicMs();
    // This process slept: tombstones may have come and gone before the server could deliver them.
    if (error !== null || nowMs - this.#heardAtMs > silenceMaxMs) {
      this.#attach();
      return;
    }
    this.#heardAtMs = nowMs;
    const delivery = parseDelivery(message.reply);
    if (delivery === undefined) {
      this.#answerStatus(attachment, message);
      return;
    }
    if (delivery.consumerSequence !== attachment.expected) {
      this.#attach();
      return;
    }
    attachment.expected += 1;
    attachment.delivered += 1;
    this.#deliver(message, delivery.sequence);
    this.#checkCaughtUp(attachment, delivery.pending);
  }

  #deliver(message: Msg, sequence: number): void {
    if (sequence <= this.#progress.sequence) return;
    const subject = message.subject.slice(this.#prefixLength);
    const { data } = message;
    // Headers cost more to read than all the rest.
    const isRecord = data.length > makesRoom.length || !isTombstone(message.headers);
    if (isRecord) this.#observer.onEntry({ subject, sequence, payload: data });
    else if (data.length === 0)
      this.#observer.onEntry({ subject, sequence, payload: undefined, expired: isExpiry(message.headers) });
    this.#progress.advance(sequence);
  }

  /** Heartbeats and flow control (status 100), or the consumer's end (404, 409 …). */
  #answerStatus(attachment: Attachment, message: Msg): void {
    if (message.headers?.code !== 100) {
      this.#attach();
      return;
    }
    if (message.reply) message.respond();
    const stalled = message.headers.get('Nats-Consumer-Stalled');
    if (stalled) this.#parts.connection.publish(stalled);
    const last = message.headers.get('Nats-Last-Consumer');
    if (last && Number(last) !== attachment.expected - 1) this.#attach();
  }

  #checkCaughtUp(attachment: Attachment, pending: number | undefined): void {
    if (this.#caughtUp || attachment !== this.#attachment || attachment.toDeliver === undefined) return;
    if (pending !== 0 && attachment.delivered < attachment.toDeliver) return;
    this.#caughtUp = true;
    this.#observer.onCaughtUp?.();
    this.#progress.markCaughtUp();
  }

  /** A timer under way is not moved by what is heard: it looks at the time when it fires. */
  #watchSilence(lookInMs: number): void {
    this.#cancelTimer = this.#parts.clock.after(lookInMs, () => {
      const leftMs = this.#heardAtMs + silenceBeforeRestartMs - this.#parts.clock.monotonicMs();
      if (leftMs <= 0 && this.#parts.watch.connected && !this.#attaching) this.#attach();
      this.#watchSilence(leftMs > 0 ? leftMs : heartbeatMs);
    });
  }
}
