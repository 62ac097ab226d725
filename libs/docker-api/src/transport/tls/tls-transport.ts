import { isIP } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import { brokenStream } from '../broken-stream.ts';
import { type EngineAddress, showEngineAddress } from '../engine-address.ts';
import type { EngineStream, EngineTransport } from '../engine-transport.ts';
import type { EngineTls, EngineTlsChoice } from './engine-tls.ts';

/** Connection and handshake: two lost SYNs take 3 s, and a busy machine signs slowly. */
const connectTimeoutMs = 5_000;
/** Finds peers that vanished without a word, on connections that may be silent for days. */
const keepAliveProbeMs = 30_000;

/** TLS 1.2 or later over TCP: `tls`, and `tcp` where configured. Each connection uses the certificates that the files hold when it is made. */
export class TlsTransport implements EngineTransport {
  readonly #tls: EngineTls;
  readonly #clock: Clock;

  constructor(tls: EngineTls, clock: Clock) {
    this.#tls = tls;
    this.#clock = clock;
  }

  connect(address: EngineAddress, onReady?: () => void): EngineStream {
    if (address.kind !== 'tls' && address.kind !== 'tcp') throw new Error(`TLS does not reach ${address.kind} addresses`);
    let choice: EngineTlsChoice;
    try {
      choice = this.#tls.choiceFor(address);
    } catch (error) {
      return brokenStream(unreachable(address, error instanceof Error ? error.message : String(error), 'tls', error));
    }
    const { host, port } = address;
    // Node takes `allowHalfOpen`; its types do not know.
    const options: ConnectionOptions & { readonly allowHalfOpen: true } = {
      host,
      port,
      // A name in SNI; for an address the certificate is checked against it all the same.
      ...(isIP(host) === 0 ? { servername: host } : {}),
      secureContext: choice.context,
      rejectUnauthorized: choice.verify,
      ALPNProtocols: ['http/1.1'],
      allowHalfOpen: true,
    };
    const socket = connect(options);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAliveProbeMs);
    // A refusal of our certificate comes after our side of the handshake, and Node goes on: HTTP clients would name the end that follows.
    socket.once('error', (error) => socket.destroy(error));
    const late = `no TLS connection within ${connectTimeoutMs} ms`;
    const cancel = this.#clock.after(connectTimeoutMs, () => socket.destroy(unreachable(address, late, 'timeout')));
    socket.once('secureConnect', cancel).once('close', cancel);
    if (onReady !== undefined) socket.once('secureConnect', onReady);
    return socket;
  }
}

function unreachable(address: EngineAddress, reason: string, kind: 'tls' | 'timeout', cause?: unknown): BaleenError {
  return new BaleenError('engine/unreachable', `cannot reach the engine at ${showEngineAddress(address)}: ${reason}`, {
    details: { kind, sent: false },
    cause,
  });
}
