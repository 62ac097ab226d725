import { Agent, type AgentOptions } from 'node:http';
import type { EngineAddress } from './engine-address.ts';
import type { EngineStream, EngineTransport } from './engine-transport.ts';

/** An `http.Agent` whose connections a transport opens. `addressOf` reads from a request's options which engine it is for. */
export class TransportAgent extends Agent {
  readonly #transport: EngineTransport;
  readonly #addressOf: (requestOptions: object) => { readonly name: string; readonly address: EngineAddress };

  constructor(
    transport: EngineTransport,
    addressOf: (requestOptions: object) => { readonly name: string; readonly address: EngineAddress },
    options: AgentOptions = {},
  ) {
    super(options);
    this.#transport = transport;
    this.#addressOf = addressOf;
  }

  /** Keeps connections apart by engine. */
  override getName(options: object = {}): string {
    return this.#addressOf(options).name;
  }

  override createConnection(options: object): EngineStream {
    return this.#transport.connect(this.#addressOf(options).address);
  }
}
