import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { DirectTransport } from '#docker-api';
import { type Clock, systemClock } from '#service-shell';
import { LeapingClock } from '#testing';
import { DockerConnection } from './docker-connection.ts';

let server: Server;
let connection: DockerConnection;
afterEach(async () => {
  await connection.close();
  server.closeAllConnections();
  server.close();
});

async function daemonSaying(said: string, headers: Record<string, string> = {}): Promise<DockerConnection> {
  server = createServer((_request, response) => response.writeHead(200, headers).write(said));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return connectionTo(server);
}

function connectionTo(listening: Server, clock: Clock = systemClock): DockerConnection {
  const address = `127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return new DockerConnection(address, new DirectTransport(systemClock), clock);
}

it('ends an event stream whose message has no end, and lives on', async () => {
  const seen: string[] = [];
  connection = await daemonSaying(`{"status":"start"}\n{"status":"${'x'.repeat(5 * 1024 * 1024)}`);
  const { ended } = await connection.openEvents({ onLine: (line) => seen.push(line.toString()) }, new AbortController().signal);
  expect(await ended).toMatch(/longer than \d+ bytes/);
  expect(seen).toEqual(['{"status":"start"}']);
});

it('refuses a Baleen gateway by name at the first ping, before it would wait for its own answer', async () => {
  connection = await daemonSaying('OK', { server: 'Baleen/1.2.3 (linux)', 'content-length': '2' });
  await expect(connection.ping(1_000)).rejects.toMatchObject({
    code: 'engine/bad-answer',
    message: expect.stringMatching(/is a Baleen gateway \(Baleen\/1\.2\.3\), not a Docker Engine.*list the engines behind it/),
  });
});

it('calls a daemon silent that answers neither the heartbeat nor the request after it, within the time of one', async () => {
  server = createServer(() => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const clock = new LeapingClock();
  connection = connectionTo(server, clock);
  let requests = 0;
  const startedMs = clock.monotonicMs();
  const probe = connection.probe(1_200, () => (requests += 1));
  clock.leap(1_000);
  await expect(probe).rejects.toMatchObject({ code: 'engine/timeout', message: expect.stringContaining('does not answer') });
  expect(clock.monotonicMs() - startedMs).toBeGreaterThan(1_100);
  expect(requests).toBe(2);
});

it('asks by a request where the daemon does not speak heartbeats', async () => {
  server = createServer((_request, response) => response.end('OK'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  connection = connectionTo(server);
  const asked: number[] = [];
  for (let round = 0; round < 3; round++) await connection.probe(1_000, () => asked.push(round));
  // The upgrade once, and a ping each time.
  expect(asked).toEqual([0, 0, 1, 2]);
});
