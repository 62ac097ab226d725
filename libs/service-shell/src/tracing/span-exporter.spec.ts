import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import type { Logger } from '../logger.ts';
import type { EndedSpan } from './span.ts';
import { SpanExporter } from './span-exporter.ts';

const clock = new ManualClock();
const span = {
  name: 'a',
  kind: 'server',
  context: { traceId: 'a', spanId: 'b' },
  startMs: 0,
  endMs: 1,
  attributes: {},
} as EndedSpan;
let collector: Server;
let status: number;
let batches: number[];
let complaints: { dropped: number }[];

beforeEach(async () => {
  [status, batches, complaints] = [200, [], []];
  collector = createServer(async (request, response) => {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString('utf8')) as {
      resourceSpans: [{ scopeSpans: [{ spans: unknown[] }] }];
    };
    batches.push(body.resourceSpans[0].scopeSpans[0].spans.length);
    response.writeHead(status).end('{}');
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
});
afterEach(() => {
  collector.closeAllConnections();
  collector.close();
});

function exporter(): SpanExporter {
  const logger = { warn: (facts: { dropped: number }) => complaints.push(facts) } as unknown as Logger;
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/`;
  return new SpanExporter({ endpoint, resource: {}, clock, logger });
}

it('sends in batches what has come, and the rest at its end', async () => {
  const spans = exporter();
  for (let count = 0; count < 600; count++) spans.add(span);
  await spans.close();
  expect(batches).toEqual([512, 88]);
});

it('drops what a collector refuses, and says so once a minute with how many', async () => {
  status = 503;
  const spans = exporter();
  spans.add(span);
  await spans.close();
  spans.add(span);
  await spans.close();
  expect(complaints).toMatchObject([{ dropped: 1 }]);
  clock.advance(60_000);
  spans.add(span);
  await spans.close();
  expect(complaints).toMatchObject([{ dropped: 1 }, { dropped: 2 }]);
});

it('holds twenty thousand and drops the rest', async () => {
  const spans = exporter();
  for (let count = 0; count < 25_000; count++) spans.add(span);
  expect(complaints).toMatchObject([{ dropped: 1 }]);
  await spans.close();
  // The first batch leaves at once and makes room.
  expect(batches.reduce((sum, batch) => sum + batch, 0)).toBe(20_512);
});
