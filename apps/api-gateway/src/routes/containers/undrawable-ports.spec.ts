import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TestFleet } from '../../gateway.builders.ts';

/** What else the gateway's machine runs: a nats-server, a gateway of another fleet. */
let other: Server;
let port: number;
let fleet: TestFleet;
let released: string[];
beforeEach(async () => {
  other = createServer((client) => client.end()).listen(0, '127.0.0.1');
  await once(other, 'listening');
  ({ port } = other.address() as AddressInfo);
  released = [];
  fleet = await TestFleet.open({ publish: 'gateway' });
  await fleet.onScheduler('release', ({ operation }) => (released.push(operation), { released: true }));
});
afterEach(async () => {
  other.close();
  await fleet.close();
});

describe('a host port that something else on the gateway’s machine listens on', () => {
  it('is refused with the reason and the remedy, no engine is asked, and the reservation is given back', async () => {
    const engine = await fleet.node('node-1');
    const created: string[] = [];
    await fleet.onEngine(engine, 'create', ({ operation }) => (created.push(operation), { sequence: 1 }));
    const operations: string[] = [];
    await fleet.onScheduler('place', ({ operation }) => {
      operations.push(operation);
      const named = { containerPort: '80/tcp', ip: '', asked: String(port), hostPort: port, engineIp: '' };
      return { operation, engine, node: 'node-1', term: 7, devices: [], published: [named] };
    });
    const body = { Image: 'busybox', HostConfig: { PortBindings: { '80/tcp': [{ HostPort: String(port) }] } } };
    const { status, json } = await fleet.ask('POST', '/containers/create?name=web', JSON.stringify(body));
    expect([status, json()['message']]).toEqual([
      409,
      `Bind for 0.0.0.0:${port} failed: port is already allocated by another process on the gateway’s machine: end it, or publish another host port`,
    ]);
    expect(created).toEqual([]);
    await expect.poll(() => released).toEqual(operations);
  });
});
