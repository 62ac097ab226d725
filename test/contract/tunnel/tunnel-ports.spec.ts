import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectNats, openNatsBus } from '#cluster-bus';
import type { PortTarget } from '#contracts';
import type { EngineStream } from '#docker-api';
import { systemClock } from '#service-shell';
import { DatagramReader, framedDatagram } from '#tunnel';
import { startTestServer, type TestServer } from '../cluster-log/nats-server.fixture.ts';
import { allOf, drain, pour, StandInDaemon } from './stand-in-daemon.ts';
import { agentEngine, megabyte, TunnelStage } from './tunnel-conformance.ts';

/** A host port that a container publishes, as the stand-in for the daemon lists it. */
type Published = { readonly IP: string; readonly PublicPort: number; readonly Type: string };

describe('a tunnel to published ports, over a real nats-server', () => {
  let server: TestServer;
  let stage: TunnelStage;
  let published: Published[];
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startTestServer('memory');
  });
  beforeEach(async () => {
    published = [];
    const daemon = await StandInDaemon.http((_request, response) => response.end(JSON.stringify([{ Ports: published }])));
    stage = await TunnelStage.open(daemon, await openBus(), await openBus());
  });
  afterEach(async () => {
    await stage.close();
    await Promise.all(closers.splice(0).map((close) => close()));
  });
  afterAll(() => server.stop());

  async function openBus() {
    const connection = await connectNats({ url: server.url, name: 'tunnel-ports', clock: systemClock, isBulk: true });
    closers.push(() => connection.close());
    return openNatsBus({ connection, cluster: 'ports' });
  }
  const open = (protocol: PortTarget['protocol'], port: number): EngineStream =>
    stage.transport.connectPort(agentEngine.key, { kind: 'port', protocol, port });
  const refusal = async (protocol: PortTarget['protocol'], port: number): Promise<unknown> => {
    const [error] = await once(open(protocol, port), 'error');
    return error;
  };

  /** What listens on a port of the engine's machine; resolves with the port. */
  async function tcpService(onConnection: Parameters<typeof createServer>[1]): Promise<number> {
    const service: Server = createServer({ allowHalfOpen: true }, onConnection);
    // The test's end may hang up as rudely as it likes.
    service.on('connection', (socket) => socket.on('error', () => socket.destroy()));
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    closers.push(() => service.close());
    return (service.address() as { port: number }).port;
  }

  async function udpEcho(): Promise<number> {
    const service = createSocket('udp4');
    service.on('message', (datagram, { port, address }) => service.send(datagram, port, address));
    service.bind(0, '127.0.0.1');
    await once(service, 'listening');
    closers.push(() => service.close());
    return service.address().port;
  }

  it('carries bytes both ways through a TCP port, and the end of each way by itself', async () => {
    const port = await tcpService(async (socket) => {
      const { bytes } = await drain(socket);
      socket.end(`${bytes} bytes came`);
    });
    published = [{ IP: '0.0.0.0', PublicPort: port, Type: 'tcp' }];
    const stream = open('tcp', port);
    await pour(stream, 2 * megabyte);
    expect(await allOf(stream)).toBe(`${2 * megabyte} bytes came`);
  });

  it('keeps the bounds of datagrams through a UDP port', async () => {
    const port = await udpEcho();
    published = [{ IP: '0.0.0.0', PublicPort: port, Type: 'udp' }];
    const stream = open('udp', port);
    const reader = new DatagramReader();
    const lengths: number[] = [];
    stream.on('data', (chunk: Buffer) => {
      for (const datagram of reader.read(chunk)) lengths.push(datagram.length);
    });
    for (const length of [1, 0, 1_400, 60_000]) {
      const before = lengths.length;
      stream.write(framedDatagram(Buffer.alloc(length, 'x')));
      await expect.poll(() => lengths.slice(before), { timeout: 10_000 }).toEqual([length]);
    }
    stream.destroy();
  });

  it('refuses a port that no container publishes, though something else of the machine listens there', async () => {
    let connections = 0;
    const foreign = await tcpService(() => (connections += 1));
    const unreachable = (port: string) =>
      expect.objectContaining({
        code: 'engine/unreachable',
        message: `cannot reach node edge-1 through its agent: no running container publishes port ${port}`,
        details: expect.objectContaining({ sent: false }),
      });
    expect(await refusal('tcp', foreign)).toEqual(unreachable(`${foreign}/tcp`));
    // Published, but of the other protocol.
    published = [{ IP: '0.0.0.0', PublicPort: foreign, Type: 'udp' }];
    expect(await refusal('tcp', foreign)).toEqual(unreachable(`${foreign}/tcp`));
    published = [];
    expect(await refusal('udp', foreign)).toEqual(unreachable(`${foreign}/udp`));
    expect(connections).toBe(0);
  });

  it('leads to a port as soon as a container publishes it, and says so when nobody listens behind it', async () => {
    const port = await tcpService((socket) => socket.resume().end('at last'));
    await refusal('tcp', port);
    published = [{ IP: '127.0.0.1', PublicPort: port, Type: 'tcp' }];
    const stream = open('tcp', port);
    expect(await allOf(stream)).toBe('at last');
    stream.end();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port: closed } = silent.address() as { port: number };
    silent.close();
    await once(silent, 'close');
    published = [{ IP: '0.0.0.0', PublicPort: closed, Type: 'tcp' }];
    expect(await refusal('tcp', closed)).toMatchObject({
      code: 'engine/unreachable',
      message: expect.stringContaining(`nobody listens at port ${closed} of the engine’s machine`),
    });
  });

  it('refuses every port at an agent that leads to none', async () => {
    const daemon = await StandInDaemon.http((_request, response) => response.end('[]'));
    await stage.close();
    stage = await TunnelStage.open(daemon, await openBus(), await openBus(), { leadsPorts: false });
    expect(await refusal('tcp', 80)).toMatchObject({
      code: 'engine/unreachable',
      message: expect.stringContaining('ports of this engine are not led through the tunnel'),
    });
    expect(daemon.connections).toBe(0);
  });
});
