import { connect, type Socket } from 'node:net';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { EngineTarget } from './container-locator.ts';

/** What a connection to an engine needs to know of it. */
export type DialTarget = Pick<EngineTarget, 'key' | 'address' | 'node'>;

/**
 * Opens connections to engines. The socket comes back while it still connects and is half-open: the end of one direction leaves the
 * other open. It fails with engine/unreachable when no connection comes about.
 */
export interface Dialer {
  dial(target: DialTarget): Socket;
}

/** An engine on a healthy network accepts within milliseconds; two lost SYNs take 3 s. */
const connectTimeoutMs = 3_000;
/** Finds peers that vanished without a word, on connections that may be silent for days. */
const keepAliveProbeMs = 30_000;

/** Dials `host:port`, `tcp://host:port` and `unix:///path` directly. */
export class DirectDialer implements Dialer {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  dial(target: DialTarget): Socket {
    const socket = connect({ ...endpoint(target.address), allowHalfOpen: true, noDelay: true });
    socket.setKeepAlive(true, keepAliveProbeMs);
    const cancel = this.#clock.after(connectTimeoutMs, () =>
      socket.destroy(unreachable(target, `no connection within ${connectTimeoutMs} ms`)),
    );
    socket.once('connect', cancel).once('close', cancel);
    return socket;
  }
}

export function unreachable(target: DialTarget, cause: unknown): BaleenError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BaleenError('engine/unreachable', `cannot reach node ${target.node || target.address}: ${why}`, {
    details: { engine: target.key },
    cause,
  });
}

function endpoint(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix://')) return { path: address.slice('unix://'.length) };
  const { hostname, port } = new URL(`tcp://${address.replace(/^tcp:\/\//, '')}`);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
}
