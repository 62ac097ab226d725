import { createServer, type Server, type Socket } from 'node:net';
import { joinSockets } from '#docker-api';
import { type Clock, sleep } from '#service-shell';
import type { Doorstep, ForwardTarget } from './forward.ts';
import type { ForwardCounts } from './forward-counts.ts';
import type { Listening } from './listening.ts';
import { bindAddress } from './own-machine.ts';
import { keepAliveProbeMs, type PortDialer } from './port-dialer.ts';

/** Connections of one forward at a time; each costs two sockets and up to 256 kB of buffers. More are reset. */
const connectionsMax = 4_096;
/** Waiting for accept; the kernel's own bound is the same. */
const backlog = 4_096;
/** The container has ended: its engine has told its connections by then, what is left hangs. */
const lingerMs = 1_000;

export type ListeningParts = {
  readonly dialer: PortDialer;
  readonly counts: ForwardCounts;
  readonly clock: Clock;
  /** Where the forward leads just now. */
  readonly target: () => ForwardTarget;
};

/**
 * Listens on a TCP port and joins each connection with one to the target: half-close and back-pressure pass, a break stays a break. Gateways
 * of one machine listen together (SO_REUSEPORT): the kernel gives each connection to one of them, and to those that are left when one dies.
 * Rejects with the system's error when the port cannot be had.
 */
export class TcpListening implements Listening {
  readonly #parts: ListeningParts;
  readonly #server: Server;
  readonly #clients = new Set<Socket>();

  static async open(doorstep: Doorstep, parts: ListeningParts): Promise<TcpListening> {
    const listening = new TcpListening(parts);
    await listen(listening.#server, doorstep);
    return listening;
  }

  private constructor(parts: ListeningParts) {
    this.#parts = parts;
    const options = { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveProbeMs };
    this.#server = createServer(options, (client) => this.#accept(client));
  }

  async close(): Promise<void> {
    this.#server.close();
    if (this.#clients.size > 0) await sleep(this.#parts.clock, lingerMs);
    this.abort();
  }

  abort(): void {
    this.#server.close();
    for (const client of this.#clients) client.resetAndDestroy();
  }

  #accept(client: Socket): void {
    const { tcp } = this.#parts.counts;
    if (this.#clients.size >= connectionsMax) {
      tcp.refused += 1;
      client.resetAndDestroy();
      return;
    }
    tcp.accepted += 1;
    tcp.connections += 1;
    this.#clients.add(client);
    // 'close' follows.
    client.on('error', () => client.destroy());
    client.once('close', () => {
      this.#clients.delete(client);
      tcp.connections -= 1;
      tcp.bytesIn += client.bytesRead;
      tcp.bytesOut += client.bytesWritten;
    });
    void joinSockets(client, this.#parts.dialer.connect(this.#parts.target()));
  }
}

/** Resolves once it listens. */
export function listen(server: Server, { ip, port }: Doorstep): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: bindAddress(ip), port, backlog, reusePort: true }, () => {
      server.off('error', reject);
      // An accept that fails (no file descriptors left) costs that connection.
      server.on('error', () => undefined);
      resolve();
    });
  });
}
