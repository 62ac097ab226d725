import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { type ClusterLog, openNatsLog } from '#cluster-log';
import { type AgentRecord, subjects } from '#contracts';
import { agentsSource } from '#discovery-sources';
import { systemClock } from '#service-shell';
import { startTestServer, type TestServer } from '../contract/cluster-log/nats-server.fixture.ts';
import { printFigure } from './conformance/figures.ts';
import { Reading } from './conformance/reading.ts';

let server: TestServer;
let log: ClusterLog;
let close: () => Promise<void>;
let seen: Reading;

beforeAll(async () => {
  server = await startTestServer('memory');
});
afterAll(() => server.stop());
beforeEach(async () => {
  const connection = await connectNats({ url: server.url, name: 'agents', clock: systemClock });
  log = await openNatsLog({ connection, cluster: 'agents', storage: 'memory', replicas: 1, clock: systemClock });
  close = async () => {
    await log.close();
    await connection.close();
  };
  seen = new Reading(agentsSource(log, systemClock));
});
afterEach(async () => {
  seen.stop();
  await close();
});

const joins = (id: string) => {
  const record: AgentRecord = { id, host: 'h', instance: 'agent-1', registeredAtMs: 1 };
  return log.append(subjects.agent(id), Buffer.from(JSON.stringify(record)));
};
const leaves = (id: string) => log.delete(subjects.agent(id));

it('nats: agents are listed while they are registered; a record that cannot be read hides no other', async () => {
  await seen.shows();
  await joins('a');
  await joins('b');
  const added = await seen.shows('nats://a', 'nats://b');
  await log.append(subjects.agent('bad'), Buffer.from('{}'));
  await seen.says('the record of agent bad breaks the contract');
  await leaves('a');
  const left = await seen.shows('nats://b');
  printFigure(`nats: added ${added.toFixed(0)} ms, left ${left.toFixed(0)} ms`);
  await leaves('b');
  await leaves('bad');
  await seen.shows();
  expect(seen.errors).toHaveLength(1);
});

it('nats: agents stay listed when NATS loses its memory, and come back by themselves', async () => {
  await joins('a');
  await joins('b');
  await seen.shows('nats://a', 'nats://b');
  const lists = seen.lists.length;
  await server.kill();
  await server.start();
  await expect
    .poll(
      () =>
        joins('c').then(
          () => true,
          () => false,
        ),
      { timeout: 15_000 },
    )
    .toBe(true);
  await seen.shows('nats://a', 'nats://b', 'nats://c');
  expect(seen.lists.slice(lists).every((list) => list.includes('nats://a') && list.includes('nats://b'))).toBe(true);
});
