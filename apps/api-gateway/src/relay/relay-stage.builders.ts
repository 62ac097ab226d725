import type { EngineTarget } from './container-locator.ts';
import { fakeEngine, RawClients, type RawPeer } from './raw-peers.builders.ts';
import { engineTarget, openTinyGateway, type TinyGateway, type TinyGatewayOptions } from './tiny-gateway.builders.ts';

/** An engine that says what a spec makes it say, a gateway before it, and clients of that gateway. */
export class RelayStage {
  readonly engine: Awaited<ReturnType<typeof fakeEngine>>;
  #gateway: TinyGateway;
  readonly #clients = new RawClients();

  static async open(): Promise<RelayStage> {
    const engine = await fakeEngine();
    return new RelayStage(engine, await openTinyGateway([engineTarget(engine.address)]));
  }

  private constructor(engine: RelayStage['engine'], gateway: TinyGateway) {
    this.engine = engine;
    this.#gateway = gateway;
  }

  /** Another gateway in the place of the one before. */
  async reopen(options: TinyGatewayOptions, engines: EngineTarget[] = [engineTarget(this.engine.address)]): Promise<void> {
    await this.#gateway.close();
    this.#gateway = await openTinyGateway(engines, options);
  }

  client(): Promise<RawPeer> {
    return this.#clients.open(this.#gateway.port);
  }

  async close(): Promise<void> {
    this.#clients.hangUp();
    // Together: neither waits for what the other holds open.
    await Promise.all([this.#gateway.close(), this.engine.close()]);
  }
}
