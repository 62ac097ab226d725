import type { FeedMessage } from '#contracts';
import { answerOf } from '../page/gateway-requests.ts';
import { sessionNumber, signInReason } from '../sign-in/session.ts';
import { messagesOf } from './feed-messages.ts';

/** A gateway that refuses, is gone, or is being started again, is asked anew after so long, ms. */
const retryMs = 2_000;

/** Nobody, or somebody who may not watch: the page asks who else it is. */
const refusals = [401, 403];

/** Who hears of the feed. */
export type FeedListener = {
  onMessage(message: FeedMessage): void;
  /** What is shown may be old. */
  onLost(): void;
  /** Somebody else watches: what the one before was told is not theirs. */
  onSession(): void;
};

/** Listens to the gateway for as long as the page lives, in the name of whoever is signed in; an EventSource could not say in whose. */
export function followFeed(listener: FeedListener): void {
  let end = () => {};
  sessionNumber.subscribe((number) => {
    end();
    if (number > 0) listener.onSession();
    end = follow(listener);
  });
}

function follow({ onMessage, onLost }: FeedListener): () => void {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = async () => {
    try {
      const { body } = await answerOf('/baleen/dashboard/feed', { signal: over.signal }, refusals);
      for await (const message of messagesOf(textsIn(body))) onMessage(message);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
    if (over.signal.aborted) return;
    onLost();
    // Whoever is asked who they are asks again once they have said it.
    if (signInReason.peek() === undefined) timer = setTimeout(() => void listen(), retryMs);
  };
  void listen();
  return () => {
    over.abort();
    clearTimeout(timer);
  };
}

async function* textsIn(body: ReadableStream<BufferSource> | null): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    yield value;
  }
}
