import { type ClusterBus, callEngine, type EngineCall } from '#cluster-bus';
import { BaleenError, type EngineReply, type EngineVerb } from '#contracts';
import type { Clock } from '#service-shell';
import { type EngineStanding, unknownStanding, whileStanding } from '../fleet-view/engine-standing.ts';
import { held } from './held.ts';

/** A create copies image content into volumes and may wait for slow disks; the daemon itself has no limit. */
const createMs = 120_000;
/** Re-reading an engine's lists; the largest seen take under 2 s. */
const refreshMs = 15_000;
const probeMs = 10_000;
/** What the way to the monitor and the refresh after the call may add to the daemon's own time. */
const callMarginMs = 10_000;

/** Commands to the monitor that owns an engine; held while none does. */
export class EngineCommandsClient {
  readonly #bus: ClusterBus;
  readonly #clock: Clock;
  readonly #standing: (engine: string) => EngineStanding;

  /** Without `standing` a request whose monitor or engine is lost waits out its time. */
  constructor(bus: ClusterBus, clock: Clock, standing: (engine: string) => EngineStanding = unknownStanding) {
    this.#bus = bus;
    this.#clock = clock;
    this.#standing = standing;
  }

  /** Idempotent by its operation id, so it is asked again when the answer got lost. */
  create(engine: string, request: EngineCall<'create'>): Promise<EngineReply<'create'>> {
    let isAgain = request.isAgain;
    const next = () => {
      const attempt = { ...request, isAgain };
      isAgain = true;
      return attempt;
    };
    return this.#ask(engine, 'create', next, { timeoutMs: createMs, isIdempotent: true });
  }

  /** One mutation; asked again only when it is certain that nobody took it. */
  call(engine: string, request: EngineCall<'call'>): Promise<EngineReply<'call'>> {
    return this.#ask(engine, 'call', () => request, { timeoutMs: request.timeoutMs + callMarginMs, isIdempotent: false });
  }

  /** After a change on the data plane: resolves with the sequence at which the log has it. */
  async refresh(engine: string, touched: EngineCall<'refresh'>['touched']): Promise<number> {
    const reply = await this.#ask(engine, 'refresh', () => ({ touched }), { timeoutMs: refreshMs, isIdempotent: true });
    return reply.sequence;
  }

  probe(engine: string): Promise<EngineReply<'probe'>> {
    return this.#ask(engine, 'probe', () => ({}), { timeoutMs: probeMs, isIdempotent: true });
  }

  #ask<V extends EngineVerb>(
    engine: string,
    verb: V,
    requestOfTry: () => EngineCall<V>,
    { timeoutMs, isIdempotent }: { timeoutMs: number; isIdempotent: boolean },
  ): Promise<EngineReply<V>> {
    const standing = () => this.#standing(engine);
    let mayBeDone = false;
    const attempt = async () => {
      // Nothing was sent, so this may be tried again whatever it is.
      if (!this.#bus.connected) throw new BaleenError('engine/not-owned', 'NATS does not answer, so no monitor can be asked');
      try {
        return await whileStanding(standing, this.#clock, (signal) =>
          callEngine(this.#bus, engine, verb, requestOfTry(), { timeoutMs, signal }),
        );
      } catch (error) {
        // An earlier try may have reached the engine: "it was down before it was asked" would be no truth.
        if (mayBeDone && error instanceof BaleenError && error.code === 'engine/unhealthy')
          throw new BaleenError('engine/timeout', error.message, { details: { ...error.details }, cause: error });
        mayBeDone ||= error instanceof BaleenError && error.code === 'cluster/unavailable';
        throw error;
      }
    };
    return held(attempt, { clock: this.#clock, isIdempotent });
  }
}
