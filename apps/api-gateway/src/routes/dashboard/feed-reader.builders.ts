import { FeedMessage } from '#contracts';

type Of<T extends FeedMessage['type']> = Extract<FeedMessage, { type: T }>;

/** Reads the dashboard's feed as a page does, and holds each message against its contract. */
export class FeedReader {
  readonly #aborter: AbortController;
  readonly #messages: AsyncGenerator<FeedMessage>;

  static async open(url: string, headers: Record<string, string> = {}): Promise<FeedReader> {
    const aborter = new AbortController();
    const answer = await fetch(url, { headers, signal: aborter.signal });
    if (answer.body === null) throw new Error('the feed has no body');
    return new FeedReader(aborter, messagesIn(answer.body));
  }

  private constructor(aborter: AbortController, messages: AsyncGenerator<FeedMessage>) {
    this.#aborter = aborter;
    this.#messages = messages;
  }

  /** The next message of this type; those before it are passed over. */
  next<T extends FeedMessage['type']>(type: T): Promise<Of<T>> {
    return this.#first((message): message is Of<T> => message.type === type);
  }

  /** The next change for which this holds. */
  change(holds: (change: Of<'change'>) => boolean): Promise<Of<'change'>> {
    return this.#first((message): message is Of<'change'> => message.type === 'change' && holds(message));
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
