import { afterAll, beforeAll } from 'vitest';
import { connectNats } from '#cluster-bus';
import { openNatsLog } from '#cluster-log';
import { systemClock } from '#service-shell';
import { describeLog } from './log-conformance.ts';
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
