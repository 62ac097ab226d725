import { BaleenError } from '#contracts';
import { DirectTransport, EngineClient } from '#docker-api';
import type { Clock } from '#service-shell';

/** A daemon that is alive answers a ping within milliseconds. */
const pingTimeoutMs = 5_000;
/**
 * 200: it is well. 400: a daemon that wants TLS answers plain HTTP so. 401, 403: an authorisation plugin guards it. The check has
 * nobody's credentials, and whoever answers so is there.
 */
const present = new Set([200, 400, 401, 403]);

/** Asks the daemon at an address; rejects with engine/{unreachable,timeout,bad-answer} and why. */
export function daemonCheck(address: string, clock: Clock): () => Promise<void> {
  const transport = new DirectTransport(clock);
  const target = address.replace(/^tls:\/\//, '').replace(/^:/, '127.0.0.1:');
  return async () => {
    const client = new EngineClient({ address: target, transport, connections: 1 });
    try {
      const { status } = await client.request({ method: 'GET', path: '/_ping', timeoutMs: pingTimeoutMs });
      if (!present.has(status))
        throw new BaleenError('engine/bad-answer', `the daemon at ${address} answered /_ping with ${status}`);
    } finally {
      await client.close();
    }
  };
}
