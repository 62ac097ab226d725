import type { IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { refuseOddHeads } from './refuse-odd-heads.ts';

const refuse = (headers: Record<string, string>, { method = 'POST', cors = false } = {}) =>
  refuseOddHeads({ headers, method } as unknown as IncomingMessage, { cors });

it.each([
  [{}],
  [{ connection: 'Upgrade' }],
  [{ connection: 'keep-alive, TE' }],
  [{ 'sec-fetch-site': 'same-origin', origin: 'https://gateway:2376', host: 'gateway:2376' }],
  [{ 'sec-fetch-site': 'none' }],
  [{ origin: 'http://Gateway:2375', host: 'gateway:2375' }],
])('lets %o pass', (headers) => {
  expect(() => refuse(headers)).not.toThrow();
});

it.each(['content-length', 'Content-Length', 'close, transfer-encoding', 'x,content-length,y'])(
  'refuses a connection that names %s',
  (connection) => expect(() => refuse({ connection })).toThrow('must not name the framing'),
);

it.each([
  [{ 'sec-fetch-site': 'cross-site' }],
  [{ 'sec-fetch-site': 'same-site', origin: 'http://gateway:2375', host: 'gateway:2375' }],
  [{ origin: 'https://evil.test', host: 'gateway:2375' }],
  [{ origin: 'null', host: 'gateway:2375' }],
])('refuses a page of another origin: %o', (headers) => {
  expect(() => refuse(headers)).toThrow('a page of another origin');
  expect(() => refuse(headers, { cors: true })).not.toThrow();
});

it('lets somebody follow a link', () => {
  const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' };
  expect(() => refuse(headers, { method: 'GET' })).not.toThrow();
  expect(() => refuse(headers)).toThrow('a page of another origin');
});
