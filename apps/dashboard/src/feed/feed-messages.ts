import type { FeedMessage } from '#contracts';

const dataPrefix = 'data: ';

/** The messages in what a feed sends, whose events may be cut anywhere; comments are passed over. */
export async function* messagesOf(texts: AsyncIterable<string>): AsyncGenerator<FeedMessage> {
  let rest = '';
  for await (const text of texts) {
    const events = (rest + text).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) if (event.startsWith(dataPrefix)) yield JSON.parse(event.slice(dataPrefix.length)) as FeedMessage;
  }
}
