import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ClusterBus, connectNats, openNatsBus } from '#cluster-bus';
import { EngineClient } from '#docker-api';
import { systemClock } from '#service-shell';
import { eventually, startTestServer, type TestServer } from '../cluster-log/nats-server.fixture.ts';
import { pour, StandInDaemon } from './stand-in-daemon.ts';
import { agentEngine, bulkMaxMs, describeTunnel, megabyte, print, TunnelStage } from './tunnel-conformance.ts';

let server: TestServer;
let clusters = 0;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startTestServer('memory');
});
afterAll(() => server.stop());

async function openBus(cluster: string): Promise<ClusterBus> {
  const connection = await connectNats({ url: server.url, name: 'tunnel', clock: systemClock, isBulk: true });
  closers.push(() => connection.close());
  return openNatsBus({ connection, cluster });
}
async function closeAll() {
  await Promise.all(closers.splice(0).map((close) => close()));
}

describeTunnel('NATS', 300 * megabyte, async () => {
  const cluster = `tunnel${(clusters += 1)}`;
  return { open: () => openBus(cluster), stop: closeAll };
});

describe('a tunnel over a real nats-server', () => {
  afterEach(closeAll);

  it('breaks at both ends within 2 s when nats-server is killed in the middle of a transfer', async () => {
    const daemon = await StandInDaemon.raw((socket) => void pour(socket, 4_000_000_000).catch(() => undefined));
    const stage = await TunnelStage.open(daemon, await openBus('killed'), await openBus('killed'));
    const stream = await stage.connect();
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await eventually(() => bytes > 20_000_000, bulkMaxMs);
    const [socket] = daemon.sockets;
    const closed = new Promise((resolve) => socket!.once('close', resolve));
    const ends = Promise.all([once(stream, 'error'), closed]);
    const killedMs = performance.now();
    await server.kill();
    const [[error]] = await ends;
    const tookMs = performance.now() - killedMs;
    print(`nats-server killed: both ends broke after ${Math.round(tookMs)} ms`);
    expect(error).toMatchObject({
      code: 'engine/unreachable',
      message: 'the link to node edge-1 broke: the connection to NATS broke',
    });
    expect(tookMs).toBeLessThan(2_000);
    await server.start();
    await eventually(
      async () =>
        (await stage.connect().then(
          (again) => again.destroy(),
          () => undefined,
        )) !== undefined,
    );
    await stage.close();
  });

  it(
    'answers small requests while bulk bytes pass',
    async () => {
      const daemon = await StandInDaemon.http((request, response) => {
        if (request.url === '/bulk') void pour(response, 4_000_000_000).catch(() => undefined);
        else response.end('{"State":"running"}');
      });
      const stage = await TunnelStage.open(daemon, await openBus('mixed'), await openBus('mixed'));
      const client = new EngineClient({ address: agentEngine.address, transport: stage.transport });
      const idle = await p50Of(client);
      const bulk = await client.stream({ method: 'GET', path: '/bulk', timeoutMs: 5_000 });
      let bytes = 0;
      bulk.body.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('error', () => undefined);
      await eventually(() => bytes > 20_000_000, bulkMaxMs);
      const busy = await p50Of(client);
      print(`small request through the tunnel: p50 ${idle.toFixed(1)} ms idle, ${busy.toFixed(1)} ms beside a bulk transfer`);
      expect(busy).toBeLessThan(200);
      bulk.body.destroy();
      await client.close();
      await stage.close();
    },
    bulkMaxMs,
  );
});

async function p50Of(client: EngineClient): Promise<number> {
  const tookMs: number[] = [];
  for (let index = 0; index < 200; index += 1) {
    const startedMs = performance.now();
    await client.request({ method: 'GET', path: '/containers/x/json', timeoutMs: 5_000 });
    tookMs.push(performance.now() - startedMs);
  }
  return tookMs.sort((one, other) => one - other)[100] ?? 0;
}
