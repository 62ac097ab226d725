import { once } from 'node:events';
import { createServer } from 'node:net';
import { addressInUse, type ListenAddress } from '#endpoint';
import { UsageError } from '../flags/usage-error.ts';

/**
 * Rejects with a UsageError when somebody listens at this TCP address. To be asked before anything is started, and before gateways share it: the kernel
 * would let them share it with any other process of the same user that shares, such as another fleet's gateways.
 */
export async function demandUnused(address: ListenAddress): Promise<void> {
  if (address.kind !== 'tcp') return;
  const { host, port, text } = address;
  const server = createServer();
  server.listen({ port, exclusive: true, ...(host !== undefined && { host }) });
  try {
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return;
    throw new UsageError(`cannot listen on ${text}: ${addressInUse(cause as NodeJS.ErrnoException)}`);
  }
  server.close();
  await once(server, 'close');
}
