import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectNats, openNatsBus } from '#cluster-bus';
import { systemClock } from '#service-shell';
import { eventually, startTestServer, type TestServer } from '../cluster-log/nats-server.fixture.ts';
import { describeBus } from './bus-conformance.ts';

let server: TestServer;
let clusters = 0;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startTestServer('memory');
});
afterAll(() => server.stop());

async function openBus(cluster: string, isBulk = false) {
  const connection = await connectNats({ url: server.url, name: 'contract', clock: systemClock, isBulk });
  const bus = openNatsBus({ connection, cluster });
  closers.push(() => connection.close());
  return bus;
}
async function closeAll() {
  await Promise.all(closers.splice(0).map((close) => close()));
}

describeBus('NATS', async () => {
  const cluster = `bus${(clusters += 1)}`;
  return { open: () => openBus(cluster), until: (holds) => eventually(holds), stop: closeAll };
});

describe('the bus over failures of a real nats-server', () => {
  afterEach(closeAll);

  it.each([{ isBulk: false }, { isBulk: true }])(
    'fails at once while disconnected, tells of it, and serves again after the reconnect: bulk $isBulk',
    async ({ isBulk }) => {
      const client = await openBus('faults', isBulk);
      const owner = await openBus('faults', isBulk);
      await owner.serve('cmd.discovery.list', async () => 'here');
      const changes: boolean[] = [];
      client.onConnectionChange((connected) => changes.push(connected));
      await server.kill();
      await eventually(() => !client.connected);
      const startedMs = performance.now();
      await expect(client.request('cmd.discovery.list', {}, { timeoutMs: 5_000 })).rejects.toMatchObject({
        code: 'cluster/unavailable',
      });
      expect(performance.now() - startedMs).toBeLessThan(100);
      await server.start();
      await eventually(() => client.connected && owner.connected);
      await eventually(
        async () => (await client.request('cmd.discovery.list', {}, { timeoutMs: 1_000 }).catch(() => '')) === 'here',
      );
      expect(changes).toEqual([false, true]);
    },
  );

  it('says so when a request or a reply is larger than NATS takes', async () => {
    const client = await openBus('large');
    const owner = await openBus('large');
    const huge = 'x'.repeat(9 * 1024 * 1024);
    await owner.serve('cmd.discovery.list', async (payload) => (payload === 'reply' ? huge : 'ok'));
    await expect(client.request('cmd.discovery.list', huge, { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'request/too-large',
    });
    await expect(client.request('cmd.discovery.list', 'reply', { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: 'request/too-large',
    });
  });
});
