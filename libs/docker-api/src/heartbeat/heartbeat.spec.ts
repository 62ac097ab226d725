import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#service-shell';
import { DirectTransport } from '../transport/direct-transport.ts';
import { parseEngineAddress } from '../transport/engine-address.ts';
import { Heartbeat } from './heartbeat.ts';

/** A daemon in bytes: what it says to an upgrade, and whether it answers PINGs. */
let server: Server;
let sockets: Socket[];
let toUpgrade: string;
let isSilent: boolean;
let requests: number;
/** That came, answered or not. */
let pings: number;
let heartbeat: Heartbeat;

const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';
const pingHead = Buffer.from('000008060000000000', 'hex');

beforeEach(async () => {
  sockets = [];
  toUpgrade = switching;
  isSilent = false;
  [requests, pings] = [0, 0];
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      if (chunk.includes('POST /grpc')) socket.write(toUpgrade);
      const at = chunk.indexOf(pingHead);
      if (at < 0) return;
      pings += 1;
      if (isSilent) return;
      const pong = Buffer.from(chunk.subarray(at, at + 17));
      pong[4] = 1;
      socket.write(pong);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = parseEngineAddress(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  heartbeat = new Heartbeat(address, new DirectTransport(systemClock));
});

afterEach(() => {
  heartbeat.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

const ask = () => heartbeat.ask(() => (requests += 1));

it('is one request for any number of questions', async () => {
  expect([await ask(), await ask(), await ask()]).toEqual([true, true, true]);
  expect(requests).toBe(1);
});

it('asks on another connection after the first one broke', async () => {
  await ask();
  sockets[0]?.destroy();
  expect(await ask()).toBe(false);
  expect([await ask(), requests]).toEqual([true, 2]);
});

it('gives up a connection on which a question was not answered until the next', async () => {
  await ask();
  isSilent = true;
  const lost = ask();
  await expect.poll(() => pings).toBe(2);
  isSilent = false;
  expect([await ask(), await lost, requests]).toEqual([true, false, 2]);
});

it('asks no more where it is refused, until it is begun anew', async () => {
  toUpgrade = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n';
  expect([await ask(), await ask(), requests]).toEqual([false, false, 1]);
  heartbeat.close();
  toUpgrade = switching;
  expect([await ask(), requests]).toEqual([true, 2]);
});

it('asks no more where nothing answers the upgrade, but not for the first time', async () => {
  toUpgrade = '';
  const asked = [ask(), ask(), ask(), ask()];
  expect(await asked[3]).toBe(false);
  expect([await ask(), requests]).toEqual([false, 3]);
});
