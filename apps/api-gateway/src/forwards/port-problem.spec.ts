import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import { portProblem } from './port-problem.ts';

const ip = '127.0.0.1';
const noPorts: ReadonlySet<number> = new Set();

describe('a probe of a port', () => {
  it.each([
    ['a port beyond the last', { ip, port: 70_000 }],
    ['an address without its zone', { ip: 'fe80::1', port: 61_234 }],
  ])('says of %s that it cannot be listened on', async (_what, doorstep) => {
    expect(await portProblem({ ...doorstep, protocol: 'tcp' }, noPorts, new ManualClock())).toMatch(/^Bind for .* failed: /);
  });

  it.each(['', ip])('says of the gateway’s own port at %j that it is allocated, though the kernel would share it', async (at) => {
    const doorstep = { ip: at, port: 61_235 } as const;
    expect(await portProblem({ ...doorstep, protocol: 'tcp' }, new Set([61_235]), new ManualClock())).toContain(
      'failed: port is already allocated by the gateway',
    );
  });

  it('ends while clients keep coming', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen({ host: ip, port: 0, reusePort: true }, resolve));
    const { port } = other.address() as { port: number };
    const clients = Array.from({ length: 8 }, () => connect({ host: ip, port }).on('error', () => undefined));
    expect(await portProblem({ ip, port, protocol: 'tcp' }, noPorts, new ManualClock())).toBeUndefined();
    for (const client of clients) client.destroy();
    await new Promise((resolve) => other.close(resolve));
  });
});
