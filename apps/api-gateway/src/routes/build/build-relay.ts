import { BaleenError } from '#contracts';
import { requirePlatform } from '#docker-api';
import { healthyEngine } from '../../daemons/daemons.ts';
import { currentView, type Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { relayHijack } from '../../relay/relay-hijack.ts';
import { relayRequest } from '../../relay/relay-request.ts';
import { checkExpressions, placeClassicBuild } from './build-placement.ts';
import { type BuildQuery, buildPin, expressionsIn, readBuildQuery, sessionPin } from './build-query.ts';
import { Builders, type BuildPin } from './builders.ts';
import { watchForLoss } from './loss-watch.ts';
import { joinThroughSolveGate } from './solve-gate.ts';

/** Leads each connection of a build to the engine that builds, and makes the result known before its client hears of it. */
export class BuildRelay {
  readonly #fleet: Fleet;
  readonly #caller: EngineCaller;
  readonly #builders = new Builders();

  constructor({ fleet, caller }: { readonly fleet: Fleet; readonly caller: EngineCaller }) {
    this.#fleet = fleet;
    this.#caller = caller;
  }

  /** `POST /grpc`: BuildKit's API. */
  grpc(exchange: Exchange): Promise<void> {
    return this.#onBuilder(exchange, [], (engine, lost) =>
      relayHijack(this.#caller, exchange, {
        engine: engineTarget(engine),
        path: '/grpc',
        joinWith: (client, stream) =>
          joinThroughSolveGate(client, stream, {
            lost,
            onSolved: () => this.#imagesKnown(engine),
            judge: (buildArgs) => this.#whyRefused(engine, buildArgs, exchange.signal),
            whyBroken: () => whyBroken(engine, lost),
          }),
      }),
    );
  }

  /** `POST /session`: the engine asks the client for files, secrets and credentials. */
  session(exchange: Exchange): Promise<void> {
    const session = sessionPin(exchange.header('x-docker-expose-session-uuid') ?? '');
    return this.#onBuilder(exchange, session, (engine) =>
      relayHijack(this.#caller, exchange, { engine: engineTarget(engine), path: '/session' }),
    );
  }

  /** `POST /build`: BuildKit's older form goes where its session is, the classic builder's to where it is placed. */
  async build(exchange: Exchange): Promise<void> {
    const query = readBuildQuery(exchange.rawQuery);
    const hasSession = query.works.some(({ kind }) => kind === 'session');
    if (!query.isBuildKit && !hasSession) return this.#buildClassic(exchange, query);
    await this.#onBuilder(exchange, query.works, async (engine, lost) => {
      await checkExpressions(this.#fleet, query.scheduling, engine, exchange.signal);
      await this.#relayBuild(exchange, engine, query.rawQuery, lost);
    });
  }

  /** `POST /build/cancel`. */
  cancel(exchange: Exchange): Promise<void> {
    return this.#onBuilder(exchange, buildPin(exchange.query.get('id') ?? ''), (engine) =>
      relayRequest(this.#caller, exchange, { engine: engineTarget(engine), path: '/build/cancel' }),
    );
  }

  async #buildClassic(exchange: Exchange, query: BuildQuery): Promise<void> {
    // What is no platform fits no engine; the scheduler would say so of each.
    requirePlatform(query.platform);
    const view = await currentView(this.#fleet);
    const builder = this.#builders.choose(view, exchange.caller, query.works);
    const placed = await placeClassicBuild(this.#fleet, view, query, builder, exchange.signal);
    try {
      const engine = healthyEngine(this.#fleet.follower.view, placed.engine, 'the build');
      await this.#on(engine, query.works, (lost) => this.#relayBuild(exchange, engine, placed.rawQuery, lost));
    } finally {
      placed.release();
    }
  }

  async #relayBuild(exchange: Exchange, engine: FleetEngine, rawQuery: string, lost: AbortSignal): Promise<void> {
    await relayRequest(this.#caller, exchange, {
      engine: engineTarget(engine),
      path: '/build',
      rawQuery,
      // It begins when the first step has something to say.
      headTimeoutMs: null,
      ending: { beforeEnd: () => this.#imagesKnown(engine), whenBroken: () => errorLine(whyBroken(engine, lost)), lost },
    });
  }

  /** Runs on the engine for these works, or on the caller's builder; whatever else comes with these pins goes there meanwhile. */
  async #onBuilder(
    exchange: Exchange,
    works: readonly BuildPin[],
    run: (engine: FleetEngine, lost: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const view = await currentView(this.#fleet);
    const id = exchange.caller;
    const engine = this.#builders.choose(view, id, works);
    await this.#on(engine, [{ kind: 'caller', id }, ...works], (lost) => run(engine, lost));
  }

  async #on(engine: FleetEngine, pins: readonly BuildPin[], run: (lost: AbortSignal) => Promise<void>): Promise<void> {
    const release = this.#builders.hold(engine.key, pins);
    const { lost, stop } = watchForLoss(() => this.#fleet.follower.view, this.#fleet.clock, engine.key);
    try {
      await run(lost);
    } finally {
      stop();
      release();
    }
  }

  async #whyRefused(
    engine: FleetEngine,
    buildArgs: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    try {
      await checkExpressions(this.#fleet, expressionsIn(buildArgs), engine, signal);
      return undefined;
    } catch (error) {
      if (error instanceof BaleenError) return error.message;
      throw error;
    }
  }

  /** The engine's images as of now are in the log, for every gateway to see. */
  async #imagesKnown({ key }: FleetEngine): Promise<void> {
    const { commands, follower, logger } = this.#fleet;
    try {
      await follower.reached(await commands.refresh(key, { images: true }));
    } catch (error) {
      if (!(error instanceof BaleenError)) throw error;
      // The build itself went as it says; its image is known with the engine's next report.
      logger.warn({ engine: key, err: error }, 'images could not be read after a build');
    }
  }
}

function whyBroken({ name }: FleetEngine, lost: AbortSignal): string {
  return lost.reason instanceof BaleenError ? lost.reason.message : `node ${name} broke off the build: its connection ended`;
}

/** The last message of a build that failed, as engines send it; on a line of its own, whatever came before. */
function errorLine(message: string): Buffer {
  return Buffer.from(`\r\n${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`);
}
