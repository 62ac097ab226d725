import { BaleenError } from '#contracts';
import { answerTimeout, engineFailure, parseEngineAddress } from '#docker-api';

/** A daemon that is alive answers a ping within milliseconds. */
const pingTimeoutMs = 5_000;
/**
 * 400: a daemon that wants TLS answers plain HTTP so. 401, 403: an authorisation plugin guards it. The check has nobody's credentials, and whoever
 * answers so is there.
 */
const present = new Set([400, 401, 403]);

/** Of dockerode: its types do not know the signal, which its code takes. */
type Pinged = { ping(options: { readonly abortSignal: AbortSignal }): Promise<unknown> };

/** Asks the daemon at an address; rejects with engine/{unreachable,timeout,bad-answer} and why. */
export function daemonCheck(address: string): () => Promise<void> {
  const target = parseEngineAddress(address.replace(/^:/, '127.0.0.1:'));
  if (target.kind !== 'tcp' && target.kind !== 'tls')
    throw new BaleenError('config/invalid', `what others dial is host:port, not ${address}`);
  const { host, port } = target;
  return async () => {
    // A quarter of a second to load, which other commands do not wait for.
    const { default: Docker } = await import('dockerode');
    // Host and protocol are said, or dockerode takes them from DOCKER_HOST.
    const docker = new Docker({ protocol: 'http', host, port }) as unknown as Pinged;
    const abortSignal = AbortSignal.timeout(pingTimeoutMs);
    try {
      await docker.ping({ abortSignal });
    } catch (error) {
      if (abortSignal.aborted) throw answerTimeout(address, error);
      const { statusCode } = error as { readonly statusCode?: number };
      if (statusCode === undefined) throw engineFailure(address, error);
      if (!present.has(statusCode))
        throw new BaleenError('engine/bad-answer', `the daemon at ${address} answered /_ping with ${statusCode}`, {
          cause: error,
        });
    }
  };
}
