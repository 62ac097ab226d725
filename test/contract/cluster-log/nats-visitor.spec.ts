import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { openNatsLog } from '#cluster-log';
import { systemClock } from '#service-shell';
import { eventually, startTestServer, type TestServer } from './nats-server.fixture.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer('memory');
});
afterAll(() => server.stop());

const noFleet = {
  code: 'cluster/unavailable',
  message: 'this NATS has no cluster visited: is the fleet running, and is its name right (--cluster)?',
};
const payload = new TextEncoder().encode('{}');

it('a log that may not make its stream finds the one of the fleet, and makes none when that is missing', async () => {
  const connection = await connectNats({ url: server.url, name: 'contract', clock: systemClock });
  const { streams } = await jetstreamManager(connection);
  const names = () => streams.names().next();
  const common = { connection, cluster: 'visited', clock: systemClock };
  const visit = () => openNatsLog({ ...common, mayCreate: false });
  await expect(visit()).rejects.toMatchObject(noFleet);
  expect(await names()).toEqual([]);

  const fleet = await openNatsLog({ ...common, storage: 'memory', replicas: 1 });
  await fleet.append('member.a', payload);
  const said: string[] = [];
  const ignore = () => undefined;
  const logger = {
    debug: ignore,
    info: ignore,
    error: ignore,
    warn: ({ err }: { err?: unknown }) => void said.push(String(err)),
  };
  const visitor = await openNatsLog({ ...common, mayCreate: false, logger });
  const seen: string[] = [];
  const follower = visitor.follow(['member.*'], { onEntry: ({ subject }) => seen.push(subject) });
  await follower.caughtUp;
  expect(seen).toEqual(['member.a']);

  const [stream = ''] = await names();
  await streams.delete(stream);
  await expect(visitor.append('member.b', payload)).rejects.toMatchObject(noFleet);
  await eventually(() => said.some((text) => text.includes(noFleet.message)));
  expect(await names()).toEqual([]);

  await fleet.append('member.c', payload);
  await eventually(() => seen.includes('member.c'));
  await Promise.all([visitor.close(), fleet.close()]);
  await connection.close();
}, 30_000);
