import { expect, it } from 'vitest';
import { changeOf } from './feed.builders.ts';
import { messagesOf } from './feed-messages.ts';

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

it.each([1, 7, 1_000])('reads messages that come in pieces of %i letters, and no comments', async (size) => {
  const messages = [changeOf({ atMs: 1 }), changeOf({ atMs: 2 })];
  const text = messages.map((message) => `:\n\ndata: ${JSON.stringify(message)}\n\n`).join('');
  const read = [];
  for await (const message of messagesOf(inPieces(`${text}data: {"cut`, size))) read.push(message);
  expect(read).toEqual(messages);
});
