import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { parseListenAddress } from '#endpoint';
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

const claim = (port: number) => claimAddress(parseListenAddress(`tcp://127.0.0.1:${port}`) as never);

it('an address is claimed once: whoever starts at the same time is told who has it', async () => {
  const port = await unusedPort();
  const outcomes = await Promise.allSettled([claim(port), claim(port)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(claim(port)).rejects.toThrow(
    `cannot listen on tcp://127.0.0.1:${port}: another baleen manage (process ${process.pid}) is about to, or does`,
  );
});

it('the claim of a process that was killed ends with it', async () => {
  const port = await unusedPort();
  const module = JSON.stringify(new URL('claimed-address.ts', import.meta.url).href);
  const script = `import { claimAddress } from ${module};
    await claimAddress({ kind: 'tcp', host: '127.0.0.1', port: ${port}, text: '' });
    console.log('claimed');
    setInterval(() => undefined, 1e6);`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void other.kill('SIGKILL'));
  await once(other.stdout, 'data');
  await expect(claim(port)).rejects.toThrow(`(process ${other.pid})`);
  other.kill('SIGKILL');
  await once(other, 'exit');
  await claim(port);
});

it('an address where somebody listens is not to be had, also where that one shares it', async () => {
  const { server, port } = await sharedPort();
  onTestFinished(() => void server.close());
  await expect(claim(port)).rejects.toThrow('the address is in use by');
});

it('a port that the system is to choose, and a socket, need no claim', async () => {
  await claim(0);
  await claim(0);
  await claimAddress({ kind: 'unix', path: '/nowhere/x.sock', text: 'unix:///nowhere/x.sock' });
});
