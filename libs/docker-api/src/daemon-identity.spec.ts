import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#service-shell';
import { identityOf, readIdentity } from './daemon-identity.ts';
import { EngineClient } from './engine-client.ts';
import { DirectTransport } from './transport/direct-transport.ts';

const transport = new DirectTransport(systemClock);
const servers: Server[] = [];
const clients: EngineClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function daemonThat(answers: (path: string) => { status: number; body: string } | undefined) {
  const server = createServer((request, response) => {
    const answer = answers(request.url ?? '');
    if (answer === undefined) return;
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new EngineClient({ address: `127.0.0.1:${(server.address() as AddressInfo).port}`, transport });
  clients.push(client);
  return client;
}

const info = {
  ID: 'abc',
  Name: 'node-1',
  NCPU: 4,
  MemTotal: 8e9,
  Labels: ['a=b', 'a=c'],
  SystemTime: '2026-01-01T00:00:10Z',
  Driver: 'overlay2',
};
const version = { ApiVersion: '1.51', MinAPIVersion: '1.24' };

describe('reading who a daemon is', () => {
  it('gives its identity and how far our clock is ahead of its own', async () => {
    const client = await daemonThat((path) => ({ status: 200, body: JSON.stringify(path === '/info' ? info : version) }));
    const read = await readIdentity(client, () => Date.parse('2026-01-01T00:00:20Z'), 5_000);
    expect(read.clockDeltaMs).toBe(10_000);
    expect(read.identity).toMatchObject({
      id: 'abc',
      name: 'node-1',
      cpus: 4,
      ip: '127.0.0.1',
      labels: { a: 'b' },
      apiVersion: '1.51',
      minApiVersion: '1.24',
    });
  });

  it.each([
    ['answers with an error', { status: 500, body: '{"message":"no"}' }],
    ['answers with something else than JSON', { status: 200, body: '<html>' }],
    ['is a Swarm manager without engines', { status: 200, body: '{"ID":"x","NCPU":0,"MemTotal":0}' }],
  ])('fails by name when it %s', async (_, answer) => {
    const reading = readIdentity(await daemonThat(() => answer), Date.now, 5_000);
    await expect(reading).rejects.toMatchObject({ code: 'engine/bad-answer' });
  });

  it('fails by name when it does not answer', async () => {
    const reading = readIdentity(await daemonThat(() => undefined), Date.now, 200);
    await expect(reading).rejects.toMatchObject({ code: 'engine/timeout' });
  });

  it.each([
    ['baleen/1.0.0', 'is a Baleen gateway (baleen/1.0.0), not a Docker Engine'],
    ['swarm/1.2.9', 'is a classic Swarm manager (swarm/1.2.9), not a Docker Engine'],
  ])('refuses %s by name, and says what to list instead', async (product, words) => {
    const body = JSON.stringify({ ...info, ServerVersion: product });
    const reading = readIdentity(await daemonThat(() => ({ status: 200, body })), Date.now, 1_000);
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.toThrow('list the engines behind it instead');
  });

  it('takes a slow answer for no clock skew', async () => {
    const client = await daemonThat(() => ({ status: 200, body: JSON.stringify({ ...info, ...version }) }));
    const times = ['2026-01-01T00:00:09Z', '2026-01-01T00:00:17Z'].map((time) => Date.parse(time));
    const read = await readIdentity(client, () => times.shift() ?? 0, 1_000);
    expect(read.clockDeltaMs).toBe(0);
  });

  it('tells a web page from a daemon', async () => {
    const client = await daemonThat(() => ({ status: 200, body: '<html>' }));
    await expect(readIdentity(client, Date.now, 1_000)).rejects.toThrow('is no Docker daemon');
  });

  it('refuses a label that is not key=value', () => {
    expect(() => identityOf({ ...info, Labels: ['lonely'] }, version, '127.0.0.1')).toThrow('contains an invalid label (lonely)');
  });

  it('lists named, counted and discovered GPUs', () => {
    const { devices } = identityOf(
      {
        ...info,
        GenericResources: [
          { NamedResourceSpec: { Kind: 'NVIDIA-GPU', Value: 'GPU-1' } },
          { DiscreteResourceSpec: { Kind: 'gpu', Value: 2 } },
        ],
        DiscoveredDevices: [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }],
      },
      version,
      '',
    );
    expect(devices.map(({ driver, id }) => `${driver} ${id}`)).toEqual([
      'nvidia GPU-1',
      'gpu 0',
      'gpu 1',
      'nvidia nvidia.com/gpu=0',
    ]);
  });
});
