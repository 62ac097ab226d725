import { setTimeout as sleep } from 'node:timers/promises';
import { FeedMessage } from '#contracts';
import type { TestFleet } from '../../gateway.builders.ts';

/** From one message of changes to the next. */
const messageIntervalMs = 500;
/** From leap to leap: what has been said reaches the view and the page meanwhile. */
const leapIntervalMs = 10;

type Of<T extends FeedMessage['type']> = Extract<FeedMessage, { type: T }>;
export type ChangeOfFeed = Of<'change'>;

/** Reads the dashboard's feed as a page does, and holds each message against its contract. */
export class FeedReader {
  readonly #fleet: TestFleet;
  readonly #aborter: AbortController;
  readonly #messages: AsyncGenerator<FeedMessage>;

  /** The fleet was opened with `adminHosts`. */
  static async open(fleet: TestFleet, headers: Record<string, string> = {}): Promise<FeedReader> {
    const aborter = new AbortController();
    const answer = await fetch(`${fleet.adminUrl}/baleen/dashboard/feed`, { headers, signal: aborter.signal });
    if (answer.body === null) throw new Error('the feed has no body');
    return new FeedReader(fleet, aborter, messagesIn(answer.body));
  }

  private constructor(fleet: TestFleet, aborter: AbortController, messages: AsyncGenerator<FeedMessage>) {
    this.#fleet = fleet;
    this.#aborter = aborter;
    this.#messages = messages;
  }

  /** The next message of this type; those before it are passed over. */
  next<T extends FeedMessage['type']>(type: T): Promise<Of<T>> {
    return this.#first((message): message is Of<T> => message.type === type);
  }

  /** The next change for which this holds. The fleet's clock leaps from message to message meanwhile. */
  async change(holds: (change: ChangeOfFeed) => boolean): Promise<ChangeOfFeed> {
    const found = this.#first((message): message is ChangeOfFeed => message.type === 'change' && holds(message));
    const isOver = found.then(
      () => true,
      () => true,
    );
    do this.#fleet.clock.leap(messageIntervalMs);
    while (!(await Promise.race([isOver, sleep(leapIntervalMs, false)])));
    return found;
  }

  close(): void {
    this.#aborter.abort();
  }

  async #first<M extends FeedMessage>(isMeant: (message: FeedMessage) => message is M): Promise<M> {
    for (;;) {
      const { value, done } = await this.#messages.next();
      if (done === true) throw new Error('the feed has ended');
      if (isMeant(value)) return value;
    }
  }
}

async function* messagesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<FeedMessage> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) if (part.startsWith('data: ')) yield FeedMessage.parse(JSON.parse(part.slice('data: '.length)));
  }
}
