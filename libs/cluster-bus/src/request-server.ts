import { type Clock, isTracing, tracedBusRequest } from '#service-shell';
import type { RequestHandler } from './bus.ts';
import type { BusSink } from './bus-sink.ts';
import { spanOf } from './span-of.ts';
import { busyReply, inFlightMax, type Reply, toReply } from './wire.ts';

export type ServedRequest = {
  readonly subject: string;
  readonly payload: unknown;
  readonly deadlineMs: number;
  /** The trace it belongs to. */
  readonly traceparent?: string | undefined;
};

/** Runs the handler of one subscription: bounded in flight, failures as replies, and an end that waits. Shared by both buses. */
export class RequestServer {
  readonly #handler: RequestHandler;
  readonly #logger: BusSink | undefined;
  readonly #clock: Clock;
  /** Each with the monotonic time at which its caller gives up. */
  readonly #inFlight = new Map<Promise<void>, number>();
  /** How many of them are of a subject. */
  readonly #ofSubject = new Map<string, number>();

  constructor(handler: RequestHandler, clock: Clock, logger: BusSink | undefined) {
    this.#handler = handler;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** `reply` is called exactly once; what it throws goes to the logger. */
  serve(request: ServedRequest, reply: (reply: Reply) => void): void {
    const { subject } = request;
    const others = this.#ofSubject.get(subject) ?? 0;
    if (others >= inFlightMax) {
      reply(busyReply(subject));
      return;
    }
    this.#ofSubject.set(subject, others + 1);
    const work = this.#answer(request)
      .then(reply)
      .catch((error: unknown) => {
        this.#logger?.error({ err: error, subject }, 'a reply could not be sent');
      });
    this.#inFlight.set(work, this.#clock.monotonicMs() + request.deadlineMs);
    void work.finally(() => this.#ended(work, subject));
  }

  /** Resolves when all that is in flight has been answered, or nobody waits for it any more. */
  async idle(): Promise<void> {
    if (this.#inFlight.size === 0) return;
    const leftMs = Math.max(...this.#inFlight.values()) - this.#clock.monotonicMs();
    let cancel: () => void = () => undefined;
    const bound = new Promise<void>((resolve) => {
      cancel = this.#clock.after(Math.max(0, leftMs), resolve);
    });
    await Promise.race([Promise.all(this.#inFlight.keys()), bound]);
    cancel();
  }

  #ended(work: Promise<void>, subject: string): void {
    this.#inFlight.delete(work);
    const left = (this.#ofSubject.get(subject) ?? 1) - 1;
    if (left === 0) this.#ofSubject.delete(subject);
    else this.#ofSubject.set(subject, left);
  }

  async #answer({ subject, payload, deadlineMs, traceparent }: ServedRequest): Promise<Reply> {
    try {
      const handled = () => this.#handler(payload, { subject, deadlineMs });
      if (!isTracing()) return { ok: await handled() };
      return { ok: await tracedBusRequest(spanOf(subject, 'server'), traceparent, handled) };
    } catch (error) {
      return toReply(error, subject, this.#logger);
    }
  }
}
