import type { ClusterBus } from '#cluster-bus';
import type { Clock } from '#service-shell';
import { lookEveryMs } from './limits.ts';
import { passingMemory } from './passing-memory.ts';
import { TunnelStream } from './tunnel-stream.ts';
import { WindowBudget } from './window-budget.ts';

export type TunnelSetOptions = {
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly streamsMax: number;
};

/** Of one process so far: messages of tunnels as the bus carries them. */
export type TunnelCounts = { readonly open: number; readonly bytesIn: number; readonly bytesOut: number };

export type NewTunnel = {
  /** What the other side may have under way to this one, if the process can afford it. */
  readonly windowBytes: number;
  readonly hears: string;
  readonly speaks: string;
  readonly failure: (reason: string) => Error;
  /** Asked now and then: why it must end, `undefined` = it need not. */
  readonly whyEnd?: () => string | undefined;
};

/** The open tunnels of one process on one bus. They break with the bus: what core NATS loses while it is away is lost for good. */
export class TunnelSet {
  readonly #options: TunnelSetOptions;
  readonly #budget = new WindowBudget();
  readonly #streams = new Map<TunnelStream, NewTunnel['whyEnd']>();
  readonly #watch: { stop(): void };
  #bytesIn = 0;
  #bytesOut = 0;
  /** Of the next look; none while nothing is open. */
  #cancelLook: (() => void) | undefined;
  #stopped = false;

  constructor(options: TunnelSetOptions) {
    this.#options = options;
    this.#watch = options.bus.onConnectionChange((connected) => {
      if (!connected) this.failAll('the connection to NATS broke');
    });
  }

  get counts(): TunnelCounts {
    return { open: this.#streams.size, bytesIn: this.#bytesIn, bytesOut: this.#bytesOut };
  }

  /** Takes no more: there are as many as may be, or it was stopped. */
  get isFull(): boolean {
    return this.#stopped || this.#streams.size >= this.#options.streamsMax;
  }

  /** One more, unless it `isFull`; listens on its subject from now on. */
  add({ windowBytes: wantedBytes, hears, speaks, failure, whyEnd }: NewTunnel): {
    readonly stream: TunnelStream;
    readonly windowBytes: number;
  } {
    const { bus, clock } = this.#options;
    const windowBytes = this.#budget.grant(wantedBytes);
    const stream = new TunnelStream({
      windowBytes,
      clock,
      failure,
      send: (message) => {
        bus.publish(speaks, message);
        const length = message.reduce((sum, part) => sum + part.length, 0);
        this.#bytesOut += length;
        passingMemory.passed(length);
      },
      onClosed: () => {
        subscription.stop();
        this.#streams.delete(stream);
        this.#budget.release(windowBytes);
      },
    });
    const subscription = bus.subscribe(hears, (_, message) => {
      stream.receive(message);
      this.#bytesIn += message.length;
      passingMemory.passed(message.length);
    });
    this.#streams.set(stream, whyEnd);
    this.#lookLater();
    return { stream, windowBytes };
  }

  failAll(reason: string): void {
    for (const stream of this.#streams.keys()) stream.fail(reason);
  }

  /** Breaks what is open. */
  stop(reason: string): void {
    this.#stopped = true;
    this.#cancelLook?.();
    this.#watch.stop();
    this.failAll(reason);
  }

  #lookLater(): void {
    if (!this.#stopped) this.#cancelLook ??= this.#options.clock.after(lookEveryMs, () => this.#look());
  }

  #look(): void {
    this.#cancelLook = undefined;
    for (const [stream, whyEnd] of this.#streams) {
      const reason = whyEnd?.();
      if (reason === undefined) stream.look();
      else stream.fail(reason);
    }
    if (this.#streams.size > 0) this.#lookLater();
  }
}
