import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { acquireLease, appendUnder, LogDoor, openDoorLog, openNatsLog } from '#cluster-log';
import { agentAddress, engineKey, subjects } from '#contracts';
import { systemClock as clock } from '#service-shell';
import { bytes } from './log-stage.ts';
import { eventually, startTestServer, type TestServer } from './nats-server.fixture.ts';

const cluster = 'doors';
const key = engineKey(agentAddress('a1'));
const ignore = () => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let server: TestServer;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await startTestServer('memory');
});
afterAll(async () => {
  await Promise.all(closers.map((close) => close()));
  await server.stop();
});

const dial = async (inboxName = 'monitor') => {
  const connection = await connectNats({ url: server.url, name: 'doors', inboxName, clock });
  closers.push(() => connection.close());
  return connection;
};

const doorOf = async () => {
  const connection = await dial();
  const log = await openNatsLog({ connection, cluster, clock, storage: 'memory', replicas: 1 });
  return { log, connection, door: await LogDoor.open({ connection, log, cluster, clock, logger }) };
};

it('an agent without credentials has its part of the log, goes on at another door when its own closes, and finds none when all do', async () => {
  const [first, second] = [await doorOf(), await doorOf()];
  const { log } = await openDoorLog({ connection: await dial('a1'), cluster, key, clock, logger });
  const lease = await acquireLease(log, clock, `engine.${key}`, { ttlMs: 5_000, holder: 'agent' });
  if (lease === undefined) throw new Error('no lease');
  const seen: string[] = [];
  const follower = log.follow([subjects.engineAll(key)], {
    onEntry: ({ payload }) => seen.push(payload === undefined ? 'gone' : Buffer.from(payload).toString()),
  });
  await follower.caughtUp;
  const write = (text: string | undefined) =>
    appendUnder(lease, log, subjects.container(key, 'c'), text === undefined ? undefined : bytes(text));
  await write('one');
  first.door.close();
  // What the server still sends there is lost.
  await first.connection.flush();
  await write('two');
  await write(undefined);
  await eventually(() => seen.length === 3);
  expect(seen).toEqual(['one', 'two', 'gone']);
  expect(await first.log.get(subjects.container(key, 'c'))).toBeUndefined();

  second.door.close();
  await expect(write('three')).rejects.toMatchObject({ code: 'cluster/unavailable' });
  const third = await doorOf();
  await write('four');
  await eventually(() => seen.at(-1) === 'four');
  await log.close();
  third.door.close();
});
