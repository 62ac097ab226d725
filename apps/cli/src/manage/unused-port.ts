import { once } from 'node:events';
import { createServer } from 'node:net';
import { UsageError } from '../flags/usage-error.ts';

/**
 * Rejects with a UsageError when somebody listens at `tcp://host:port`. To be asked before gateways share it: the kernel would let them share it with any other
 * process of the same user that shares, such as another fleet's gateways.
 */
export async function demandUnused(host: string): Promise<void> {
  const [, address = '', port = ''] = /^tcp:\/\/\[?([^\]]*?)\]?:(\d+)$/.exec(host) ?? [];
  if (port === '') return;
  const server = createServer();
  server.listen({ port: Number(port), exclusive: true, ...(address !== '' && { host: address }) });
  try {
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') return;
    throw new UsageError(
      `cannot listen on ${host}: the address is in use: is Docker already running on this machine? Try using a different port`,
    );
  }
  server.close();
  await once(server, 'close');
}
