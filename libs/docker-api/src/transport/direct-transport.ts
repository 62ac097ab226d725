import { connect } from 'node:net';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import { brokenStream } from './broken-stream.ts';
import { type EngineAddress, showEngineAddress } from './engine-address.ts';
import type { EngineStream, EngineTransport } from './engine-transport.ts';

/** An engine on a healthy network accepts within milliseconds; two lost SYNs take 3 s. */
const connectTimeoutMs = 3_000;
/** Finds peers that vanished without a word, on connections that may be silent for days. */
const keepAliveProbeMs = 30_000;

/** Plain sockets: `tcp` and `unix`. An engine behind an agent is refused. */
export class DirectTransport implements EngineTransport {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  connect(address: EngineAddress, onReady?: () => void): EngineStream {
    if (address.kind === 'agent') return brokenStream(onlyThroughAgent(address));
    // Going on would send in the clear what was meant to be encrypted.
    if (address.kind !== 'unix' && address.kind !== 'tcp')
      throw new Error(`plain sockets do not reach ${address.kind} addresses`);
    const endpoint = address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port };
    const socket = connect({ ...endpoint, allowHalfOpen: true, noDelay: true });
    socket.setKeepAlive(true, keepAliveProbeMs);
    const cancel = this.#clock.after(connectTimeoutMs, () => socket.destroy(noConnection(address)));
    socket.once('connect', cancel).once('close', cancel);
    if (onReady !== undefined) socket.once('connect', onReady);
    return socket;
  }
}

function noConnection(address: EngineAddress): BaleenError {
  const message = `cannot reach the engine at ${showEngineAddress(address)}: no connection within ${connectTimeoutMs} ms`;
  return new BaleenError('engine/unreachable', message, { details: { kind: 'timeout', sent: false } });
}

function onlyThroughAgent(address: EngineAddress): BaleenError {
  const message = `the engine ${showEngineAddress(address)} is reached through its agent only`;
  return new BaleenError('engine/unreachable', message, { details: { kind: 'unreachable', sent: false } });
}
