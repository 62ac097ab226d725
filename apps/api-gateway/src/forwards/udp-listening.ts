import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Doorstep } from './forward.ts';
import type { Listening } from './listening.ts';
import { bindAddress } from './own-machine.ts';
import { type DatagramFlow, queuedMaxBytes } from './port-dialer.ts';
import type { ListeningParts } from './tcp-listening.ts';

/** A client that sent and got nothing for so long has ended, as Docker's own proxy counts it. */
const idleMs = 90_000;
/** How often idle flows are looked for. */
const lookEveryMs = 5_000;
/** Clients of one forward at a time; each costs a socket or a tunnel. Datagrams of more are dropped. */
const flowsMax = 1_024;

type Client = { readonly flow: DatagramFlow; usedAtMs: number };

/**
 * Listens on a UDP port; each client address has a flow of its own to the target, so that answers find their way back. Gateways of one
 * machine listen together (SO_REUSEPORT): the kernel keeps a client with one of them. Rejects with the system's error.
 */
export class UdpListening implements Listening {
  readonly #parts: ListeningParts;
  readonly #socket: Socket;
  readonly #clients = new Map<string, Client>();
  #isClosed = false;
  #cancelLook: () => void = () => undefined;

  static async open(doorstep: Doorstep, parts: ListeningParts): Promise<UdpListening> {
    const socket = openSocket(doorstep);
    await bind(socket, doorstep);
    return new UdpListening(socket, parts);
  }

  private constructor(socket: Socket, parts: ListeningParts) {
    this.#parts = parts;
    this.#socket = socket;
    // A client that is gone (ICMP) is no matter of the others.
    socket.on('error', () => undefined);
    socket.on('message', (datagram, from) => this.#received(datagram, from));
    this.#lookLater();
  }

  async close(): Promise<void> {
    this.abort();
  }

  abort(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelLook();
    for (const { flow } of this.#clients.values()) flow.close();
    this.#clients.clear();
    this.#socket.removeAllListeners('message').close();
  }

  #received(datagram: Buffer, from: RemoteInfo): void {
    const { udp } = this.#parts.counts;
    const client = this.#clientOf(from);
    if (client === undefined) {
      udp.refused += 1;
      return;
    }
    client.usedAtMs = this.#parts.clock.monotonicMs();
    udp.bytesIn += datagram.length;
    client.flow.send(datagram);
  }

  #clientOf(from: RemoteInfo): Client | undefined {
    const key = `${from.address} ${from.port}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    if (this.#clients.size >= flowsMax) return undefined;
    const { dialer, target, counts, clock } = this.#parts;
    const onEnd = () => {
      counts.udp.connections -= 1;
      if (this.#clients.get(key) === client) this.#clients.delete(key);
    };
    const flow = dialer.openFlow(target(), (datagram) => this.#answer(datagram, from, client), onEnd);
    const client: Client = { flow, usedAtMs: clock.monotonicMs() };
    this.#clients.set(key, client);
    counts.udp.accepted += 1;
    counts.udp.connections += 1;
    return client;
  }

  #answer(datagram: Buffer, { address, port }: RemoteInfo, client: Client): void {
    if (this.#isClosed) return;
    client.usedAtMs = this.#parts.clock.monotonicMs();
    this.#parts.counts.udp.bytesOut += datagram.length;
    // With the callback an answer that cannot be sent is lost without a word, as UDP may lose it.
    if (this.#socket.getSendQueueSize() < queuedMaxBytes) this.#socket.send(datagram, port, address, () => undefined);
  }

  #lookLater(): void {
    this.#cancelLook = this.#parts.clock.after(lookEveryMs, () => {
      const oldestMs = this.#parts.clock.monotonicMs() - idleMs;
      for (const [key, { flow, usedAtMs }] of this.#clients) {
        if (usedAtMs > oldestMs) continue;
        this.#clients.delete(key);
        flow.close();
      }
      this.#lookLater();
    });
  }
}

export function openSocket({ ip }: Doorstep): Socket {
  return createSocket({ type: bindAddress(ip).includes(':') ? 'udp6' : 'udp4', reusePort: true });
}

/** Resolves once it is bound; a socket that cannot be is closed. */
export function bind(socket: Socket, { ip, port }: Doorstep): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind(port, bindAddress(ip), () => {
      socket.off('error', fail);
      resolve();
    });
  });
}
