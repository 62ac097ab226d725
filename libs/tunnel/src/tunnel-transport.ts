import type { ClusterBus } from '#cluster-bus';
import { agentAddress, BaleenError, engineKey, type PortTarget, subjects, TunnelOpen, type TunnelOpenRequest } from '#contracts';
import { brokenStream, type EngineAddress, type EngineStream, type EngineTransport, showEngineAddress } from '#docker-api';
import type { Clock, Randomness } from '#service-shell';
import { encodeFrame } from './frame.ts';
import { opensWaitingMax, openTimeoutMs, streamsPerGatewayMax } from './limits.ts';
import { LinkLengths } from './link-lengths.ts';
import { type TunnelCounts, TunnelSet } from './tunnel-set.ts';
import type { TunnelStream } from './tunnel-stream.ts';

/** What the log says of the engine behind an agent. */
export type AgentStanding = {
  /** The name users know it by. */
  readonly node: string;
  /** The agent process that serves it just now; `undefined` = none does. */
  readonly agent: string | undefined;
};

export type TunnelTransportOptions = {
  /** On a NATS connection of its own: bulk bytes must not stand before commands. */
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** By engine key. */
  readonly standing: (engine: string) => AgentStanding;
};

type Wanted = { readonly protocol: 1 } | { readonly protocol: 2; readonly target: PortTarget };

/** 16 bytes: nobody guesses the subjects of another's tunnel. */
const idBytes = 16;

/** Connections to engines behind agents. Streams to an engine that is lost break with engine/unreachable and the reason. */
export class TunnelTransport implements EngineTransport {
  readonly #options: TunnelTransportOptions;
  readonly #tunnels: TunnelSet;
  readonly #links = new LinkLengths();
  #opening = 0;

  constructor(options: TunnelTransportOptions) {
    this.#options = options;
    this.#tunnels = new TunnelSet({ bus: options.bus, clock: options.clock, streamsMax: streamsPerGatewayMax });
  }

  get counts(): TunnelCounts {
    return this.#tunnels.counts;
  }

  connect(address: EngineAddress, onReady?: () => void): EngineStream {
    if (address.kind !== 'agent') throw new Error(`${showEngineAddress(address)} is not behind an agent`);
    return this.#connect(engineKey(agentAddress(address.id)), { protocol: 1 }, onReady);
  }

  /** To a host port that a running container of the engine publishes; datagrams of udp as `DatagramReader` reads them. */
  connectPort(engine: string, target: PortTarget): EngineStream {
    return this.#connect(engine, { protocol: 2, target });
  }

  #connect(engine: string, wanted: Wanted, onReady?: () => void): EngineStream {
    if (this.#opening >= opensWaitingMax || this.#tunnels.isFull) return brokenStream(tooMany());
    const id = this.#options.randomness.hex(idBytes);
    const { agent } = this.#options.standing(engine);
    const { stream, windowBytes } = this.#tunnels.add({
      windowBytes: this.#links.windowOf(engine),
      hears: subjects.tunnelDown(id),
      speaks: subjects.tunnelUp(id),
      failure: (reason) => this.#broke(engine, reason),
      whyEnd: () => whyEnd(agent, this.#options.standing(engine).agent),
    });
    if (onReady !== undefined) stream.once('connect', onReady);
    void this.#open(engine, stream, { id, windowBytes, ...wanted });
    return stream;
  }

  /** Breaks what is open. */
  stop(): void {
    this.#tunnels.stop('this gateway is stopping');
  }

  async #open(engine: string, stream: TunnelStream, request: TunnelOpenRequest): Promise<void> {
    const { id } = request;
    try {
      const creditBytes = await this.#ask(engine, request);
      if (stream.destroyed) this.#options.bus.publish(subjects.tunnelUp(id), encodeFrame('reset', 1, [abandoned]));
      else stream.open(creditBytes);
    } catch (error) {
      stream.destroy(this.#notOpened(engine, error));
    }
  }

  async #ask(engine: string, request: TunnelOpenRequest): Promise<number> {
    // Said at once: a request to an agent that is cut off would only be answered by its time running out.
    if (this.#options.standing(engine).agent === undefined) throw new BaleenError('engine/not-owned', notConnected);
    this.#opening += 1;
    const askedAtMs = this.#options.clock.monotonicMs();
    try {
      const reply = await this.#options.bus.request(subjects.tunnelOpen(engine), request, { timeoutMs: openTimeoutMs });
      this.#links.note(engine, this.#options.clock.monotonicMs() - askedAtMs);
      return TunnelOpen.reply.parse(reply).windowBytes;
    } finally {
      this.#opening -= 1;
    }
  }

  #broke(engine: string, reason: string): BaleenError {
    const { node } = this.#options.standing(engine);
    const details = { engine, kind: 'reset', sent: true };
    return new BaleenError('engine/unreachable', `the link to node ${node} broke: ${reason}`, { details });
  }

  /** Nothing was sent to the daemon: whatever it was about may be tried again. */
  #notOpened(engine: string, cause: unknown): Error {
    if (!(cause instanceof BaleenError)) return cause instanceof Error ? cause : new Error(String(cause));
    if (cause.code === 'cluster/busy') return cause;
    const { node } = this.#options.standing(engine);
    const kind = cause.details['kind'] ?? (cause.code === 'engine/not-owned' ? 'refused' : 'timeout');
    const message = `cannot reach node ${node} through its agent: ${cause.message}`;
    return new BaleenError('engine/unreachable', message, { details: { engine, kind, sent: false }, cause });
  }
}

const notConnected = 'its agent is not connected';

/** An agent that died says nothing; that another process serves its engine, or none, is in the log. */
function whyEnd(first: string | undefined, now: string | undefined): string | undefined {
  if (now === undefined) return notConnected;
  return first === undefined || first === now ? undefined : 'its agent was started anew';
}

function tooMany(): BaleenError {
  return new BaleenError('cluster/busy', 'too many tunnels to engines behind agents: close some sessions, or add a gateway');
}

const abandoned = new TextEncoder().encode('the gateway gave the connection up before it was open');
