import { connect } from 'node:net';
import { BaleenError, type PortTarget } from '#contracts';
import { type EngineAddress, EngineClient, type EngineTransport, type JoinableStream } from '#docker-api';
import { type Clock, within } from '#service-shell';
import { DatagramPort } from './datagram-port.ts';
import { publishedAddress } from './published-addresses.ts';

export type PortDoorParts = {
  /** Where the daemon listens, on this machine. */
  readonly address: EngineAddress;
  readonly transport: EngineTransport;
  readonly clock: Clock;
};

/** A list of the containers that publish one port: milliseconds. */
const listMs = 3_000;
/** On loopback a connection is accepted or refused at once. */
const connectMs = 2_000;
/** What the daemon said of a port holds for so long: many connections at once ask it once, and a port given up leads nowhere soon after. */
const knownMs = 500;
/** Ports remembered; more are asked for anew. */
const knownMax = 256;
/** Two questions at a time; more tunnels than that wait for each other anyway. */
const connections = 2;

type Known = { readonly address: Promise<string | undefined>; readonly atMs: number };

/**
 * Leads tunnels to host ports of this machine: only to those that a running container publishes just now, as the daemon itself says. Whoever
 * can open tunnels is root on the engine by the daemon's socket; this keeps a fault elsewhere from reaching other services of the machine.
 */
export class PortDoor {
  readonly #clock: Clock;
  readonly #daemon: EngineClient;
  readonly #known = new Map<string, Known>();

  constructor({ address, transport, clock }: PortDoorParts) {
    this.#clock = clock;
    this.#daemon = new EngineClient({ address, transport, connections });
  }

  /** Rejects with engine/* when nobody publishes the port, or nobody listens there. */
  async dial(target: PortTarget): Promise<JoinableStream> {
    const host = await this.#addressOf(target);
    if (host === undefined) {
      throw new BaleenError('engine/unreachable', `no running container publishes port ${target.port}/${target.protocol}`);
    }
    return target.protocol === 'udp' ? DatagramPort.open(host, target.port) : this.#connect(host, target.port);
  }

  close(): Promise<void> {
    return this.#daemon.close();
  }

  async #addressOf(target: PortTarget): Promise<string | undefined> {
    const name = `${target.port}/${target.protocol}`;
    const known = this.#known.get(name);
    const nowMs = this.#clock.monotonicMs();
    if (known !== undefined && nowMs - known.atMs < knownMs) return known.address;
    const address = this.#ask(name, target);
    if (this.#known.size >= knownMax) this.#known.clear();
    this.#known.set(name, { address, atMs: nowMs });
    const found = await address;
    // Its container may be about to start.
    if (found === undefined) this.#known.delete(name);
    return found;
  }

  async #ask(name: string, target: PortTarget): Promise<string | undefined> {
    const filters = encodeURIComponent(JSON.stringify({ publish: [name], status: ['running', 'paused'] }));
    const path = `/containers/json?filters=${filters}`;
    const { status, body } = await this.#daemon.request({ method: 'GET', path, timeoutMs: listMs });
    if (status !== 200) throw new BaleenError('engine/bad-answer', `the daemon answered ${status} to a list of containers`);
    return publishedAddress(body, target);
  }

  async #connect(host: string, port: number): Promise<JoinableStream> {
    const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
    const opened = new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const inTime = await within(this.#clock, connectMs, opened).catch((error: unknown) => refused(port, error));
    if (inTime) return socket;
    socket.destroy();
    return refused(port, undefined);
  }
}

function refused(port: number, cause: unknown): never {
  throw new BaleenError('engine/unreachable', `nobody listens at port ${port} of the engine’s machine`, { cause });
}
