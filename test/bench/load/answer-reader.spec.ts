import { expect, it } from 'vitest';
import { AnswerReader } from './answer-reader.ts';

const counted = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';
const chunked = 'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nb\r\n, all of it\r\n0\r\n\r\n';
const bodiless = 'HTTP/1.1 204 No Content\r\n\r\n';

it.each([
  ['a counted body', counted, 200, 'hello'],
  ['chunks', chunked, 201, 'hello, all of it'],
  ['no body', bodiless, 204, ''],
])('finds the end of %s in whatever pieces it comes', (_, text, status, body) => {
  for (let piece = 1; piece <= text.length; piece++) {
    const reader = new AnswerReader(true);
    const states: boolean[] = [];
    for (let at = 0; at < text.length; at += piece) {
      states.push(reader.isDone);
      reader.feed(Buffer.from(text.slice(at, at + piece)));
    }
    expect([piece, states.includes(true), reader.isDone]).toEqual([piece, false, true]);
    expect([reader.status, reader.body, reader.bodyBytes]).toEqual([status, body, body.length]);
  }
});

it.each([1, 2_000, 2_048, 2_049, 100_000])('finds the end of a long head that comes %i bytes at a time', (piece) => {
  const answer = Buffer.from(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(5_000)}\r\nContent-Length: 5\r\n\r\nhello`);
  const reader = new AnswerReader(true);
  for (let at = 0; at < answer.length; at += piece) reader.feed(answer.subarray(at, at + piece));
  expect([reader.isDone, reader.status, reader.body]).toEqual([true, 200, 'hello']);
});
