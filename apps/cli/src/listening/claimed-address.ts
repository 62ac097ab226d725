import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { addressInUse, type ListenAddress, type TcpListenAddress } from '#endpoint';
import { UsageError } from '../flags/usage-error.ts';

/** Whoever has claimed an address says its pid at once; a process that keeps silent is named without it. */
const answerMaxMs = 1_000;

/**
 * Claims this TCP address for as long as this process lives. Rejects with a UsageError when somebody listens there, or another `manage` has claimed it. To be
 * asked before anything is started: the kernel lets gateways share an address with any other process of the same user that shares, such as another fleet's.
 */
export async function claimAddress(address: ListenAddress): Promise<void> {
  if (address.kind !== 'tcp' || address.port === 0) return;
  await claim(address);
  await demandUnused(address);
}

/** Two that start at once both find it unused. An abstract name (unix(7)) has one holder, and is free when that ends, however it does. */
async function claim({ host = '*', port, text: shown }: TcpListenAddress): Promise<void> {
  const name = `\0baleen/manage/${host}:${port}`;
  const holder = createServer((asking) => {
    // Whoever only wanted to know has gone.
    asking.on('error', () => asking.destroy());
    asking.end(String(process.pid));
  });
  holder.unref();
  holder.listen(name);
  try {
    await once(holder, 'listening');
  } catch (cause) {
    if (!isInUse(cause)) return;
    const pid = await pidOf(name);
    throw new UsageError(
      `cannot listen on ${shown}: another baleen manage${pid} is about to, or does: stop it, or use another port`,
    );
  }
}

async function pidOf(name: string): Promise<string> {
  try {
    const connection = createConnection(name);
    connection.setTimeout(answerMaxMs, () => connection.destroy(new Error('no answer')));
    const said = await text(connection);
    return /^\d{1,10}$/.test(said) ? ` (process ${said})` : '';
  } catch {
    return '';
  }
}

async function demandUnused({ host, port, text: shown }: TcpListenAddress): Promise<void> {
  const server = createServer();
  server.listen({ port, exclusive: true, ...(host !== undefined && { host }) });
  try {
    await once(server, 'listening');
  } catch (cause) {
    if (!isInUse(cause)) return;
    throw new UsageError(`cannot listen on ${shown}: ${addressInUse(cause)}`);
  }
  server.close();
  await once(server, 'close');
}

function isInUse(cause: unknown): cause is NodeJS.ErrnoException {
  return (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
}
