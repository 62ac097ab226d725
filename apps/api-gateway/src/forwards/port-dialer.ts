import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { BaleenError } from '#contracts';
import type { EngineStream } from '#docker-api';
import type { Clock } from '#service-shell';
import { DatagramReader, framedDatagram, type TunnelTransport } from '#tunnel';
import type { ForwardTarget } from './forward.ts';

/** An engine on a healthy network accepts or refuses within milliseconds; two lost SYNs take 3 s. */
const connectMs = 5_000;
/** Finds engines that vanished without a word, on connections that may be silent for days. */
export const keepAliveProbeMs = 30_000;

/** One client's flow of datagrams to a port. */
export type DatagramFlow = {
  send(datagram: Buffer): void;
  close(): void;
};

/** Opens connections and flows to published ports: straight to the engine's address, or through the tunnel of its agent. */
export class PortDialer {
  readonly #tunnels: Pick<TunnelTransport, 'connectPort'>;
  readonly #clock: Clock;

  constructor(tunnels: Pick<TunnelTransport, 'connectPort'>, clock: Clock) {
    this.#tunnels = tunnels;
    this.#clock = clock;
  }

  /** The stream comes back while it still connects, and breaks when no connection comes about. */
  connect(target: ForwardTarget): EngineStream {
    if (target.kind === 'tunnel')
      return this.#tunnels.connectPort(target.engine, { kind: 'port', protocol: 'tcp', port: target.port });
    const { host, port } = target;
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    socket.setKeepAlive(true, keepAliveProbeMs);
    const late = new BaleenError('engine/unreachable', `no connection to ${host}:${port} within ${connectMs} ms`);
    const cancel = this.#clock.after(connectMs, () => socket.destroy(late));
    socket.once('connect', cancel).once('close', cancel);
    return socket;
  }

  /** `onEnd`: it carries nothing any more; the next datagram needs another one. */
  openFlow(target: ForwardTarget, onDatagram: (datagram: Buffer) => void, onEnd: () => void): DatagramFlow {
    return target.kind === 'tunnel' ? this.#tunnelFlow(target, onDatagram, onEnd) : directFlow(target, onDatagram, onEnd);
  }

  #tunnelFlow(
    { engine, port }: Extract<ForwardTarget, { kind: 'tunnel' }>,
    onDatagram: (datagram: Buffer) => void,
    onEnd: () => void,
  ): DatagramFlow {
    const stream = this.#tunnels.connectPort(engine, { kind: 'port', protocol: 'udp', port });
    const reader = new DatagramReader();
    stream.on('data', (chunk: Buffer) => {
      for (const datagram of reader.read(chunk)) onDatagram(datagram);
    });
    // 'close' follows: a datagram that cannot be brought is lost, as UDP may lose it.
    stream.on('error', () => undefined);
    stream.once('end', () => stream.destroy()).once('close', onEnd);
    return {
      send: (datagram) => {
        if (!stream.writableNeedDrain) stream.write(framedDatagram(datagram));
      },
      close: () => stream.destroySoon(),
    };
  }
}

/** What the kernel has not taken yet of a socket's datagrams may be so much; more is lost, as it would be on a full link. */
export const queuedMaxBytes = 1024 * 1024;

function directFlow(
  { host, port }: Extract<ForwardTarget, { kind: 'direct' }>,
  onDatagram: (datagram: Buffer) => void,
  onEnd: () => void,
): DatagramFlow {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  // Nobody listens there just now (ICMP): the next datagram may find somebody.
  socket.on('error', () => undefined);
  // Only what comes from the port itself; of IPv6 the same address has several spellings.
  socket.on('message', (datagram, from) => {
    if (from.port === port && (from.family === 'IPv6' || from.address === host)) onDatagram(datagram);
  });
  socket.once('close', onEnd);
  return {
    send: (datagram) => {
      // With the callback a datagram that cannot be sent is lost without a word, as UDP may lose it.
      if (socket.getSendQueueSize() < queuedMaxBytes) socket.send(datagram, port, host, () => undefined);
    },
    close: () => socket.close(),
  };
}
