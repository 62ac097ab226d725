import { errors, headers, type Msg, type NatsConnection, type Subscription } from '@nats-io/nats-core';
import { NatsRequests, type Outbox, outboxOf } from '#cluster-log';
import { BaleenError, natsPrefix } from '#contracts';
import { type Clock, currentTraceparent, isTracing, systemClock, traced, traceparentHeader, within } from '#service-shell';
import type { ClusterBus, RequestHandler, RequestOptions } from './bus.ts';
import type { BusSink } from './bus-sink.ts';
import { RequestServer } from './request-server.ts';
import { spanOf } from './span-of.ts';
import { deadlineHeader, decodeJson, encodeJson, noAnswer, noResponders, openReply, type Reply, unavailable } from './wire.ts';

export type NatsBusOptions = {
  /** Shared with the log; the bus never closes it. */
  readonly connection: NatsConnection;
  readonly cluster: string;
  readonly logger?: BusSink;
  /** Default: the machine's. */
  readonly clock?: Clock;
};

/** A request without the header (another program's) may take this long. */
const deadlineDefaultMs = 30_000;

/** A reply that met a broken connection comes soon after the reconnection, from the sender's buffer, or never. */
const replyGraceMs = 2_000;
/** An answer of the server takes a millisecond; whoever stops waits no longer than this for it. */
const drainMaxMs = 500;

/** The bus on core NATS. */
export function openNatsBus(options: NatsBusOptions): ClusterBus {
  return new NatsBus(options);
}

class NatsBus implements ClusterBus {
  readonly #connection: NatsConnection;
  readonly #prefix: string;
  readonly #logger: BusSink | undefined;
  readonly #clock: Clock;
  readonly #requests: NatsRequests;
  readonly #outbox: Outbox;
  readonly #status: ReturnType<NatsConnection['status']>;
  readonly #listeners = new Set<(connected: boolean) => void>();
  readonly #stops = new Set<() => Promise<void> | void>();
  #connected: boolean;
  #closed = false;
  #cancelGrace: () => void = () => undefined;

  constructor({ connection, cluster, logger, clock }: NatsBusOptions) {
    this.#connection = connection;
    this.#prefix = natsPrefix(cluster);
    this.#logger = logger;
    this.#clock = clock ?? systemClock;
    this.#requests = new NatsRequests(connection, this.#clock);
    this.#outbox = outboxOf(connection);
    this.#connected = !connection.isClosed();
    this.#status = connection.status();
    void this.#watchStatus();
  }

  get connected(): boolean {
    return this.#connected;
  }

  onConnectionChange(listener: (connected: boolean) => void): { stop(): void } {
    this.#listeners.add(listener);
    return { stop: () => this.#listeners.delete(listener) };
  }

  request(subject: string, payload: unknown, options: RequestOptions): Promise<unknown> {
    if (!isTracing()) return this.#request(subject, payload, options);
    return traced(spanOf(subject, 'client'), () => this.#request(subject, payload, options));
  }

  async #request(subject: string, payload: unknown, { timeoutMs, signal }: RequestOptions): Promise<unknown> {
    if (this.#closed) throw unavailable('the bus was closed');
    if (!this.#connected) throw unavailable('not connected to NATS');
    signal?.throwIfAborted();
    const meta = headers();
    meta.append(deadlineHeader, String(Math.ceil(timeoutMs)));
    const traceparent = currentTraceparent();
    if (traceparent !== undefined) meta.append(traceparentHeader, traceparent);
    try {
      const request = { subject: this.#prefix + subject, payload: encodeJson(payload), headers: meta };
      const answered = this.#requests.request({ ...request, timeoutMs: Math.max(1, Math.ceil(timeoutMs)) });
      const message = await (signal === undefined ? answered : abortable(answered, signal));
      return openReply(decodeJson(message.data) as Reply);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw this.#asFailure(error, subject, timeoutMs);
    }
  }

  async serve(subject: string, handler: RequestHandler): Promise<{ stop(): Promise<void> }> {
    const server = new RequestServer(handler, this.#clock, this.#logger);
    const subscription = this.#connection.subscribe(this.#prefix + subject, {
      callback: (error, message) => {
        if (error === null) this.#serveOne(server, message);
        else this.#logger?.error({ err: error, subject }, 'serving ended');
      },
    });
    const stop = async () => {
      this.#stops.delete(stop);
      await this.#drained(subscription);
      await server.idle();
    };
    this.#stops.add(stop);
    // Once the server has answered, requests of others find us.
    if (this.#connected)
      await this.#connection.flush().catch((error: unknown) => this.#logger?.warn({ err: error, subject }, 'flush failed'));
    return { stop };
  }

  publish(subject: string, payload: Uint8Array | readonly Uint8Array[]): void {
    if (!this.#connected || this.#closed) return;
    const onRefused = (error: unknown) => this.#logger?.error({ err: error, subject }, 'a message was not sent');
    this.#outbox.post({ subject: this.#prefix + subject, payload, onRefused });
  }

  subscribe(subject: string, onMessage: (subject: string, payload: Uint8Array) => void): { stop(): void } {
    const subscription = this.#connection.subscribe(this.#prefix + subject, {
      callback: (error, message) => {
        if (error === null) onMessage(message.subject.slice(this.#prefix.length), message.data);
        else this.#logger?.error({ err: error, subject }, 'subscription ended');
      },
    });
    const stop = () => {
      this.#stops.delete(stop);
      if (!subscription.isClosed()) subscription.unsubscribe();
    };
    this.#stops.add(stop);
    return { stop };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelGrace();
    this.#listeners.clear();
    (this.#status as { stop?: () => void }).stop?.();
    await Promise.all([...this.#stops].map((stop) => stop()));
    this.#outbox.flush();
    // Replies of the last handlers leave before the process does.
    if (this.#connected && !this.#connection.isClosed()) await this.#connection.flush();
  }

  /** What the server sent before it heard of the end is served: of a request that is dropped the caller would wait for nothing. */
  async #drained(subscription: Subscription): Promise<void> {
    const onFailed = (error: unknown) => this.#logger?.warn({ err: error }, 'a subscription could not be drained');
    if (this.#connected && !subscription.isClosed()) await within(this.#clock, drainMaxMs, subscription.drain().catch(onFailed));
    if (!subscription.isClosed()) subscription.unsubscribe();
  }

  /** What was asked before the connection broke is not answered any more once its grace is over. */
  #failLater(): void {
    const { count } = this.#requests;
    const error = unavailable('the connection to NATS broke before the request was answered');
    this.#cancelGrace = this.#clock.after(replyGraceMs, () => this.#requests.fail(error, count));
  }

  #serveOne(server: RequestServer, message: Msg): void {
    const subject = message.subject.slice(this.#prefix.length);
    const deadlineMs = Number(message.headers?.get(deadlineHeader) || deadlineDefaultMs);
    const onLost = (error: unknown) => this.#logger?.error({ err: error, subject }, 'a reply could not be sent');
    const onRefused = (error: unknown) => {
      if (!(error instanceof errors.InvalidArgumentError)) return onLost(error);
      const tooLarge = { code: 'request/too-large', message: `the reply of ${subject} is larger than NATS takes` } as const;
      this.#outbox.respond(message, encodeJson({ error: tooLarge } satisfies Reply), onLost);
    };
    const reply = (answer: Reply) => this.#outbox.respond(message, encodeJson(answer), onRefused);
    let payload: unknown;
    try {
      payload = decodeJson(message.data);
    } catch (error) {
      reply({ error: { code: 'request/invalid', message: `the request to ${subject} is not JSON: ${String(error)}` } });
      return;
    }
    const traceparent = message.headers?.get(traceparentHeader);
    server.serve({ subject, payload, deadlineMs, traceparent }, reply);
  }

  #asFailure(error: unknown, subject: string, timeoutMs: number): unknown {
    if (error instanceof BaleenError) return error;
    if (error instanceof errors.NoRespondersError || (error instanceof errors.RequestError && error.isNoResponders())) {
      return noResponders(subject);
    }
    if (error instanceof errors.TimeoutError) return noAnswer(subject, timeoutMs, error);
    if (error instanceof errors.InvalidArgumentError) {
      return new BaleenError('request/too-large', `the request to ${subject} is larger than NATS takes`, { cause: error });
    }
    return unavailable(`the request to ${subject} failed: ${String(error)}`, error);
  }

  async #watchStatus(): Promise<void> {
    for await (const status of this.#status) {
      if (status.type === 'disconnect' || status.type === 'close') this.#change(false);
      if (status.type === 'reconnect') this.#change(true);
    }
  }

  #change(connected: boolean): void {
    this.#connected = connected;
    this.#cancelGrace();
    if (connected) this.#failLater();
    for (const listener of this.#listeners) listener(connected);
  }
}

/** The request goes on (NATS cannot take it back), but nobody waits for it any more. */
function abortable<T>(pending: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    pending.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
