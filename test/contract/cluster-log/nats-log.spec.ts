import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { openNatsLog } from '#cluster-log';
import { subjects } from '#contracts';
import { systemClock } from '#service-shell';
import { describeLog } from './log-conformance.ts';
import { bytes } from './log-stage.ts';
import { eventually, startTestServer, type TestServer } from './nats-server.fixture.ts';

for (const storage of ['memory', 'file'] as const) {
  let server: TestServer;
  let clusters = 0;
  beforeAll(async () => {
    server = await startTestServer(storage);
  });
  afterAll(() => server.stop());

  describeLog(`JetStream, ${storage}`, async () => {
    const cluster = `${storage}${(clusters += 1)}`;
    const closers: (() => Promise<void>)[] = [];
    return {
      clock: systemClock,
      async open() {
        const connection = await connectNats({ url: server.url, name: 'contract', clock: systemClock });
        const log = await openNatsLog({ connection, cluster, storage, replicas: 1, clock: systemClock });
        closers.push(async () => {
          await log.close();
          await connection.close();
        });
        return log;
      },
      until: (holds) => eventually(holds),
      async stop() {
        await Promise.all(closers.map((close) => close()));
      },
    };
  });
}

/** Of core NATS; all others are records. */
const passing = /^(?:cmd|event|settled|decided|leads|tunnel|door)(?:\.|$)/;

it('takes every record of the contracts', async () => {
  const server = await startTestServer('memory');
  const connection = await connectNats({ url: server.url, name: 'contract', clock: systemClock });
  const log = await openNatsLog({ connection, cluster: 'all', storage: 'memory', replicas: 1, clock: systemClock });
  const all = Object.values(subjects).map((subject) => (subject as (...parts: string[]) => string)('a', 'b', 'c'));
  const records = all.filter((subject) => !passing.test(subject) && !/[*>]/.test(subject));
  const sequences = await Promise.all(records.map((subject) => log.append(subject, bytes('{}'))));
  expect(new Set(sequences).size).toBe(records.length);
  await log.close();
  await connection.close();
  await server.stop();
});
