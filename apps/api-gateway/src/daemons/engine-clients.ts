import { clampVersion, EngineClient, type EngineTransport } from '#docker-api';
import type { Clock } from '#service-shell';
import { type EngineStanding, whileStanding } from '../fleet-view/engine-standing.ts';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { DaemonAnswer, DaemonRequest, DaemonStream, Daemons } from './daemons.ts';

/** One client, with its kept connections, per engine address; made at the first call. */
export class EngineClients implements Daemons {
  readonly #clients = new Map<string, EngineClient>();
  readonly #transport: EngineTransport;
  readonly #memberAddresses: () => ReadonlySet<string>;
  readonly #clock: Clock;
  readonly #standing: (engine: string) => EngineStanding;

  /** `memberAddresses` tells which addresses the fleet has just now; clients of others are closed. */
  constructor(
    transport: EngineTransport,
    memberAddresses: () => ReadonlySet<string>,
    clock: Clock,
    standing: (engine: string) => EngineStanding,
  ) {
    this.#transport = transport;
    this.#memberAddresses = memberAddresses;
    this.#clock = clock;
    this.#standing = standing;
  }

  call(engine: FleetEngine, request: DaemonRequest): Promise<DaemonAnswer> {
    return this.#whileItAnswers(engine, request, (bounded) => this.#clientFor(engine).request(bounded));
  }

  stream(engine: FleetEngine, request: DaemonRequest): Promise<DaemonStream> {
    return this.#whileItAnswers(engine, request, (bounded) => this.#clientFor(engine).stream(bounded));
  }

  #whileItAnswers<T>(engine: FleetEngine, request: DaemonRequest, run: (request: DaemonRequest) => Promise<T>): Promise<T> {
    const standing = () => this.#standing(engine.key);
    const apiVersion = versionFor(engine, request.apiVersion);
    return whileStanding(standing, this.#clock, (signal) => run({ ...request, apiVersion, signal }), request.signal);
  }

  async close(): Promise<void> {
    const clients = [...this.#clients.values()];
    this.#clients.clear();
    await Promise.all(clients.map((client) => client.close()));
  }

  #clientFor(engine: FleetEngine): EngineClient {
    const known = this.#clients.get(engine.address);
    if (known !== undefined) return known;
    this.#closeStrangers();
    const client = new EngineClient({ address: engine.address, transport: this.#transport });
    this.#clients.set(engine.address, client);
    return client;
  }

  #closeStrangers(): void {
    const addresses = this.#memberAddresses();
    for (const [address, client] of this.#clients) {
      if (addresses.has(address)) continue;
      this.#clients.delete(address);
      void client.close();
    }
  }
}

/** The client's version where the engine speaks it, else the nearest that it does (spec/docker-api.md 5.2). */
function versionFor(engine: FleetEngine, wanted: string): string {
  const { identity } = engine;
  if (identity === undefined || identity.apiVersion === '') return wanted;
  return clampVersion(wanted, { min: identity.minApiVersion || wanted, max: identity.apiVersion });
}
