import type { Duplex } from 'node:stream';
import type { EngineAddress } from './engine-address.ts';

/** What `joinSockets` joins: a socket, or another stream that can end in both of a socket's ways. */
export interface JoinableStream extends Duplex {
  /** Ends once everything that was written has left. */
  destroySoon(): void;
  /** Ends at once, so that the peer sees a break and not an end. Absent where the transport cannot say so. */
  resetAndDestroy?(): unknown;
}

/**
 * One connection to a daemon: a socket, or a stream that behaves like one towards HTTP clients. Half-open: the end of one direction
 * leaves the other open.
 */
export interface EngineStream extends JoinableStream {
  // What Node's and undici's clients call on sockets.
  setNoDelay(noDelay?: boolean): unknown;
  setKeepAlive(enable?: boolean, initialDelayMs?: number): unknown;
  setTimeout(timeoutMs: number, callback?: () => void): unknown;
  ref(): unknown;
  unref(): unknown;
}

/** Opens connections to daemons, wherever they listen. Several implementations: sockets, TLS, SSH, the tunnel over NATS. */
export interface EngineTransport {
  /**
   * The stream comes back while it still connects; what is written meanwhile waits. `onReady` is called once it carries bytes.
   * It is destroyed with engine/unreachable when no connection comes about.
   */
  connect(address: EngineAddress, onReady?: () => void): EngineStream;
}
