import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClusterBus } from '#cluster-bus';
import { agentAddress, engineKey } from '#contracts';
import { DirectTransport, EngineClient, type EngineStream, parseEngineAddress, TransportAgent } from '#docker-api';
import { silentLogger, systemClock, systemRandomness } from '#service-shell';
import { TunnelListener, TunnelTransport } from '#tunnel';
import { PortDoor } from '../../../apps/engine-monitor/src/agent/port-door.ts';
import { eventually } from '../cluster-log/nats-server.fixture.ts';
import { allOf, drain, listens, pour, StandInDaemon } from './stand-in-daemon.ts';

export type TunnelBuses = { open(): Promise<ClusterBus>; stop(): Promise<void> };

export const megabyte = 1024 * 1024;
/** A few seconds on a quiet machine. */
export const bulkMaxMs = 120_000;
const agent = 'f00d';
export const agentEngine = { key: engineKey(agentAddress(agent)), address: parseEngineAddress(agentAddress(agent)) };

/** A gateway's end and an agent's end over one bus, with a stand-in for the daemon. */
export class TunnelStage {
  servedBy: string | undefined = 'agent-1';
  readonly daemon: StandInDaemon;
  readonly transport: TunnelTransport;
  readonly listener: TunnelListener;
  readonly #ports: PortDoor;

  /** `leadsPorts`: the agent's end leads to published ports too, as the daemon lists them. Default true. */
  static async open(
    daemon: StandInDaemon,
    gateway: ClusterBus,
    owner: ClusterBus,
    { leadsPorts = true } = {},
  ): Promise<TunnelStage> {
    const address = { kind: 'unix', path: daemon.path } as const;
    const transport = new DirectTransport(systemClock);
    const ports = new PortDoor({ address, transport, clock: systemClock });
    const listener = await TunnelListener.start({
      bus: owner,
      clock: systemClock,
      logger: silentLogger(),
      engine: agentEngine.key,
      address,
      transport,
      ...(leadsPorts && { dialPort: (target) => ports.dial(target) }),
    });
    return new TunnelStage(daemon, gateway, listener, ports);
  }

  private constructor(daemon: StandInDaemon, gateway: ClusterBus, listener: TunnelListener, ports: PortDoor) {
    this.daemon = daemon;
    this.#ports = ports;
    this.listener = listener;
    this.transport = new TunnelTransport({
      bus: gateway,
      clock: systemClock,
      randomness: systemRandomness,
      standing: () => ({ node: 'edge-1', agent: this.servedBy }),
    });
  }

  async connect(): Promise<EngineStream> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const stream = this.transport.connect(agentEngine.address, resolve);
    stream.on('error', reject);
    await promise;
    return stream;
  }

  async close(): Promise<void> {
    this.transport.stop();
    await this.listener.stop('the test is over');
    await this.#ports.close();
    await this.daemon.close();
  }
}

/** What every pair of tunnel ends does, whatever bus is below. */
export function describeTunnel(name: string, bulkBytes: number, start: () => Promise<TunnelBuses>): void {
  describe(`the tunnel (${name})`, () => {
    let buses: TunnelBuses;
    let stage: TunnelStage | undefined;
    beforeEach(async () => {
      buses = await start();
    });
    afterEach(async () => {
      await stage?.close();
      stage = undefined;
      await buses.stop();
    });

    const over = async (daemon: StandInDaemon) =>
      (stage = await TunnelStage.open(daemon, await buses.open(), await buses.open()));

    it(
      `carries ${bulkBytes / megabyte} MB each way bit by bit`,
      async () => {
        const bytes = bulkBytes;
        const received = Promise.withResolvers<{ hash: string; bytes: number }>();
        const daemon = await StandInDaemon.raw((socket) => {
          if (daemon.connections === 1) void drain(socket).then(received.resolve, received.reject);
          else void pour(socket, bytes);
        });
        const opened = await over(daemon);
        const up = await opened.connect();
        const upAtMs = performance.now();
        const sent = await pour(up, bytes);
        expect(await received.promise).toEqual({ hash: sent, bytes });
        const down = await opened.connect();
        const downAtMs = performance.now();
        expect(await drain(down)).toEqual({ hash: sent, bytes });
        const mbps = (fromMs: number, toMs: number) => Math.round(bulkBytes / megabyte / ((toMs - fromMs) / 1_000));
        print(
          `${name}: up ${mbps(upAtMs, downAtMs)} MB/s, down ${mbps(downAtMs, performance.now())} MB/s (one process has all ends)`,
        );
      },
      bulkMaxMs,
    );

    it('keeps one direction open after the end of the other, either way round', async () => {
      const daemon = await StandInDaemon.raw(async (socket) => {
        const { bytes } = await drain(socket);
        socket.end(`${bytes} bytes came`);
      });
      const opened = await over(daemon);
      const first = await opened.connect();
      first.end('five!');
      expect(await allOf(first)).toBe('5 bytes came');
      await opened.daemon.close();
      await opened.close();
      let heard = '';
      const speaksFirst = await StandInDaemon.raw((socket) => {
        socket.end('done already');
        socket.on('data', (chunk) => (heard += String(chunk)));
      });
      const second = await (await over(speaksFirst)).connect();
      expect(await allOf(second)).toBe('done already');
      second.end('and still listening');
      await eventually(() => heard === 'and still listening');
      await eventually(() => speaksFirst.sockets.size === 0);
    });

    it('holds a fast sender back to the window when the reader is slow', async () => {
      let taken = 0;
      const daemon = await StandInDaemon.raw((socket) => {
        const write = () => {
          while (socket.writable && socket.write(Buffer.alloc(64 * 1024))) taken += 64 * 1024;
        };
        socket.on('drain', write);
        write();
      });
      const stream = await (await over(daemon)).connect();
      let read = 0;
      const beforeBytes = process.memoryUsage().rss;
      for (let tick = 0; tick < 20; tick += 1) {
        await sleep(50);
        const chunk = stream.read(Math.min(50 * 1024, stream.readableLength)) as Buffer | null;
        read += chunk?.length ?? 0;
      }
      const aheadBytes = taken - read;
      print(
        `${name}: 1 MB/s reader: sender ahead by ${(aheadBytes / megabyte).toFixed(1)} MB, RSS ${grown(beforeBytes)} MB more`,
      );
      // The window, a chunk at each end, and what the kernel keeps of a unix socket.
      expect(aheadBytes).toBeLessThan(2.5 * megabyte);
      stream.destroy();
      await eventually(() => daemon.sockets.size === 0);
    });

    it('carries 50 streams side by side without mixing them', async () => {
      const daemon = await StandInDaemon.raw((socket) => socket.pipe(socket));
      const opened = await over(daemon);
      const echoes = Array.from({ length: 50 }, async (_, index) => {
        const stream = await opened.connect();
        const text = `stream ${index} `.repeat(20_000);
        stream.end(text);
        expect(await allOf(stream)).toBe(text);
      });
      await Promise.all(echoes);
      await eventually(() => daemon.sockets.size === 0);
    });

    it('breaks at the other end, and does not end, when one end is destroyed', async () => {
      const daemon = await StandInDaemon.raw(listens);
      const opened = await over(daemon);
      const leaving = await opened.connect();
      leaving.on('error', () => undefined);
      leaving.destroy();
      await eventually(() => daemon.sockets.size === 0);
      const left = await opened.connect();
      const failed = once(left, 'error');
      await opened.listener.stop('the agent is stopping');
      expect(await failed).toEqual([
        expect.objectContaining({ code: 'engine/unreachable', message: 'the link to node edge-1 broke: the agent is stopping' }),
      ]);
    });

    it('says why when the daemon does not accept, and when no agent serves the engine', async () => {
      const daemon = await StandInDaemon.raw(listens);
      const opened = await over(daemon);
      await daemon.close();
      await expect(opened.connect()).rejects.toMatchObject({
        code: 'engine/unreachable',
        details: { kind: 'missing', sent: false },
        message: expect.stringContaining('the socket does not exist'),
      });
      await opened.listener.stop('gone');
      // nats-server may send one more request to who has just left.
      await eventually(async () => String(await opened.connect().catch((error) => error)).includes('no agent serves the engine'));
    });

    it('breaks what is open and refuses at once when the engine is lost', async () => {
      const opened = await over(await StandInDaemon.raw(listens));
      const failed = once(await opened.connect(), 'error');
      opened.servedBy = undefined;
      expect(await failed).toEqual([
        expect.objectContaining({ message: 'the link to node edge-1 broke: its agent is not connected' }),
      ]);
      const startedMs = performance.now();
      await expect(opened.connect()).rejects.toMatchObject({ code: 'engine/unreachable', details: { sent: false } });
      expect(performance.now() - startedMs).toBeLessThan(500);
    });

    it('breaks what is open when another process serves the engine', async () => {
      const opened = await over(await StandInDaemon.raw(listens));
      const failed = once(await opened.connect(), 'error');
      opened.servedBy = 'agent-2';
      expect(await failed).toEqual([expect.objectContaining({ message: expect.stringContaining('its agent was started anew') })]);
      (await opened.connect()).destroy();
    });

    it('serves undici, kept node:http connections and upgrades', async () => {
      const daemon = await StandInDaemon.http((request, response) => response.end(`answer to ${request.url}`));
      daemon.server.on('upgrade', (_: unknown, socket: EngineStream) => {
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
        socket.pipe(socket);
      });
      const { transport } = await over(daemon);
      const client = new EngineClient({ address: agentEngine.address, transport });
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) => client.request({ method: 'GET', path: `/${index}`, timeoutMs: 5_000 })),
      );
      expect(answers.map(({ body }) => String(body))).toEqual(Array.from({ length: 40 }, (_, index) => `answer to /${index}`));
      await client.close();
      await eventually(() => daemon.sockets.size === 0);
      const kept = new TransportAgent(transport, () => ({ name: agent, address: agentEngine.address }), {
        keepAlive: true,
        timeout: 30_000,
      });
      for (let index = 0; index < 3; index += 1) expect(await text(kept, `/kept-${index}`)).toBe(`answer to /kept-${index}`);
      expect(daemon.sockets.size).toBe(1);
      kept.destroy();
      expect(await upgraded(transport)).toBe('to and fro');
      await eventually(() => daemon.sockets.size === 0);
    });
  });
}

function text(agentOfOne: Agent, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ agent: agentOfOne, path }, (response) => {
      void allOf(response).then(resolve, reject);
    });
    sent.on('error', reject).end();
  });
}

function upgraded(transport: TunnelTransport): Promise<string> {
  return new Promise((resolve, reject) => {
    const createConnection = () => transport.connect(agentEngine.address);
    const sent = httpRequest({ createConnection, headers: { Connection: 'Upgrade', Upgrade: 'tcp' } });
    sent.on('upgrade', (_, socket) => {
      socket.end('to and fro');
      void allOf(socket).then(resolve, reject);
    });
    sent.on('error', reject).end();
  });
}

function grown(beforeBytes: number): number {
  return Math.round((process.memoryUsage().rss - beforeBytes) / megabyte);
}

/** Figures are what this suite is read for. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
