import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type ListenAddress, parseListenAddress } from '#endpoint';
import { claimAddress } from './claimed-address.ts';

/** Of a server that shares its port, as gateways do. */
async function sharedPort() {
  const server = createServer().listen({ host: '127.0.0.1', port: 0, reusePort: true });
  await once(server, 'listening');
  return { server, port: (server.address() as { port: number }).port };
}

async function unusedPort(): Promise<number> {
  const { server, port } = await sharedPort();
  server.close();
  await once(server, 'close');
  return port;
}

const claim = (port: number) => claimAddress(parseListenAddress(`tcp://127.0.0.1:${port}`) as ListenAddress);

it('an address is claimed once: whoever starts at the same time is told who has it', async () => {
  const port = await unusedPort();
  const outcomes = await Promise.allSettled([claim(port), claim(port)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(claim(port)).rejects.toThrow(
    `cannot listen on tcp://127.0.0.1:${port}: another baleen manage (process ${process.pid}) is about to, or does`,
  );
});

it('an address where somebody listens is not to be had, also where that one shares it', async () => {
  const { server, port } = await sharedPort();
  onTestFinished(() => void server.close());
  await expect(claim(port)).rejects.toThrow('the address is in use by');
});

it('a port that the system is to choose, and a socket, need no claim', async () => {
  const socket = parseListenAddress('unix:///nowhere/x.sock') as ListenAddress;
  const claims = await Promise.allSettled([claim(0), claim(0), claimAddress(socket), claimAddress(socket)]);
  expect(claims.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
});
