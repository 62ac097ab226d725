import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRegistry, parseDiscovery } from '#discovery-sources';
import { systemClock } from '#service-shell';
import { startTestServer, type TestServer } from '../contract/cluster-log/nats-server.fixture.ts';
import { openTestSource, read } from './conformance/reading.ts';
import { describeSource } from './conformance/source-conformance.ts';
import { startTestGateway, type TestGateway } from './servers/gateway.ts';
import { startPlainTokenService } from './servers/plain-token-service.ts';

/** The protocol has no watch: a change is seen with the next heartbeat. */
const heartbeatMs = 300;

let nats: TestServer;
let one: TestGateway;
let other: TestGateway;
beforeAll(async () => {
  nats = await startTestServer('file');
  one = await startTestGateway(nats.url, 'gateway-1');
  other = await startTestGateway(nats.url, 'gateway-2');
});
afterAll(async () => {
  await one?.stop();
  await other?.stop();
  await nats?.stop();
});

const ask = (gateway: TestGateway, method: string, path: string, body?: string) =>
  fetch(`http://${gateway.admin}${path}`, { method, ...(body !== undefined && { body }) });
const mint = async (gateway: TestGateway) => (await ask(gateway, 'POST', '/clusters')).text();

describeSource('token (plain server)', async () => {
  const service = await startPlainTokenService('/v1/clusters/abc');
  return {
    open: () => openTestSource(`token+http://${service.address}/v1/abc`, [], heartbeatMs),
    write: async (entries) => {
      service.entries = entries;
    },
    badEntry: { entry: 'foo', error: /address foo: missing port in address/ },
    outage: { begin: service.stop, end: service.start },
    close: service.stop,
  };
}, ['openRegistry']);

// Written at one gateway, read at the other.
describeSource('token (Baleen’s own)', async () => {
  const token = await mint(one);
  let written: readonly string[] = [];
  return {
    open: () => openTestSource(`token+http://${other.admin}/${token}`, [], heartbeatMs),
    write: async (entries) => {
      const gone = written.filter((entry) => !entries.includes(entry));
      for (const entry of gone) await ask(one, 'DELETE', `/clusters/${token}/${encodeURIComponent(entry)}`);
      for (const entry of entries) await ask(one, 'POST', `/clusters/${token}?ttl=600`, entry);
      written = entries;
    },
    outage: { begin: () => other.stop(), end: () => other.start() },
    openRegistry: () => openRegistry(parseDiscovery(`token+http://${other.admin}/${token}`), systemClock),
    close: async () => undefined,
  };
}, ['badEntry']);

it('token: every gateway knows a token, nobody knows one that was not made', async () => {
  const token = await mint(one);
  expect(token).toMatch(/^[0-9a-f]{32}$/);
  const [fresh, unknown] = await Promise.all([ask(other, 'GET', `/clusters/${token}`), ask(other, 'GET', '/clusters/abc')]);
  expect([fresh.status, await fresh.json(), unknown.status]).toEqual([200, [], 404]);
  const seen = read(`token+http://${other.admin}/abc`, [], heartbeatMs);
  await seen.says('Failed to fetch entries, Discovery service returned 404 HTTP status code');
  expect(seen.lists).toEqual([]);
  seen.stop();
});

it.each([
  ['no address', 'foo', '10', 400, /invalid engine address .*foo/],
  ['a ttl of nothing', 'a:1', '0', 400, /ttl must be a number of seconds/],
  ['a ttl that is no number', 'a:1', 'soon', 400, /ttl must be a number of seconds/],
  ['a body that is too large', `${'a'.repeat(600)}:1`, '10', 413, /larger than 512 bytes/],
])('token: a registration with %s is refused', async (_, body, ttl, status, message) => {
  const answer = await ask(one, 'POST', `/clusters/${await mint(one)}?ttl=${ttl}`, body);
  expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(message)]);
});
