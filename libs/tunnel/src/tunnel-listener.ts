import { z } from 'zod';
import type { ClusterBus } from '#cluster-bus';
import { BaleenError, type PortTarget, subjects, TunnelOpen, type TunnelOpenReply, type TunnelOpenRequest } from '#contracts';
import {
  type EngineAddress,
  type EngineTransport,
  engineFailure,
  type JoinableStream,
  joinSockets,
  showEngineAddress,
} from '#docker-api';
import type { Clock, Logger } from '#service-shell';
import { streamsPerEngineMax } from './limits.ts';
import { TunnelSet } from './tunnel-set.ts';

export type TunnelListenerOptions = {
  /** On a NATS connection of its own: bulk bytes must not stand before commands. */
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Key of the engine whose tunnels are served. */
  readonly engine: string;
  /** Where its daemon listens, and how to get there. */
  readonly address: EngineAddress;
  readonly transport: EngineTransport;
  /**
   * Connects to a host port that a running container publishes; rejects with engine/unreachable when none does. Absent = ports are refused.
   */
  readonly dialPort?: (target: PortTarget) => Promise<JoinableStream>;
};

/** Serves the tunnels of one engine while this process owns it: each is one connection to the daemon or to a published port. */
export class TunnelListener {
  readonly #options: TunnelListenerOptions;
  readonly #tunnels: TunnelSet;
  #serving: { stop(): Promise<void> } | undefined;

  static async start(options: TunnelListenerOptions): Promise<TunnelListener> {
    const listener = new TunnelListener(options);
    try {
      listener.#serving = await options.bus.serve(subjects.tunnelOpen(options.engine), (payload) => listener.#open(payload));
      return listener;
    } catch (error) {
      listener.#tunnels.stop('the engine is not served');
      throw error;
    }
  }

  private constructor(options: TunnelListenerOptions) {
    this.#options = options;
    this.#tunnels = new TunnelSet({ bus: options.bus, clock: options.clock, streamsMax: streamsPerEngineMax });
  }

  /** Serves no more and breaks what is open; the gateways are told the reason. */
  async stop(reason: string): Promise<void> {
    const served = this.#serving?.stop();
    this.#tunnels.stop(reason);
    await served;
  }

  async #open(payload: unknown): Promise<TunnelOpenReply> {
    const request = parsed(payload);
    const { id, windowBytes: creditBytes } = request;
    const { engine } = this.#options;
    if (this.#tunnels.isFull) {
      throw new BaleenError('cluster/busy', `${streamsPerEngineMax} tunnels lead to the engine already: close some sessions`);
    }
    // Before the daemon is dialled: what the gateway says meanwhile (that it gave up) must be heard.
    const { stream, windowBytes } = this.#tunnels.add({
      // What the link needs is the same in both directions, and the gateway knows it.
      windowBytes: creditBytes,
      hears: subjects.tunnelUp(engine, id),
      speaks: subjects.tunnelDown(engine, id),
      failure: (reason) => new BaleenError('engine/unreachable', `the tunnel broke: ${reason}`),
    });
    stream.on('error', (error) => this.#options.logger.debug({ err: error, engine, tunnel: id }, 'a tunnel broke'));
    try {
      const other = await this.#dial(request);
      stream.open(creditBytes);
      void joinSockets(stream, other);
      return { windowBytes };
    } catch (error) {
      stream.destroy();
      throw error;
    }
  }

  #dial(request: TunnelOpenRequest): Promise<JoinableStream> {
    if (request.protocol === 1) return this.#dialDaemon();
    const { dialPort } = this.#options;
    if (dialPort === undefined) throw new BaleenError('request/forbidden', 'ports of this engine are not led through the tunnel');
    return dialPort(request.target);
  }

  #dialDaemon(): Promise<JoinableStream> {
    const { transport, address } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(engineFailure(showEngineAddress(address), error));
      const daemon = transport.connect(address, () => {
        daemon.off('error', fail);
        resolve(daemon);
      });
      daemon.once('error', fail);
    });
  }
}

function parsed(payload: unknown): TunnelOpenRequest {
  const request = TunnelOpen.request.safeParse(payload);
  if (request.success) return request.data;
  throw new BaleenError('request/invalid', `the request for a tunnel breaks the contract: ${z.prettifyError(request.error)}`);
}
