import { DaemonRefusal } from './daemon-refusal.ts';
import { type Network, predefinedNetworks } from './network.ts';

export type NewNetwork = Pick<Network, 'id' | 'name' | 'createdAtMs'> & Partial<Network>;

/** The networks of one daemon. */
export class NetworkStore {
  readonly #byId = new Map<string, Network>();
  #made = 0;

  get all(): readonly Network[] {
    return [...this.#byId.values()];
  }

  add(given: NewNetwork): Network {
    const driver = given.driver ?? 'bridge';
    const network: Network = {
      driver,
      labels: {},
      options: {},
      isInternal: false,
      isAttachable: false,
      prefix: driver === 'null' || driver === 'host' ? '' : this.#nextPrefix(),
      lastHost: 1,
      ...given,
    };
    this.#byId.set(network.id, network);
    return network;
  }

  /** By name, id or the beginning of one. */
  get(reference: string): Network {
    const network = this.find(reference);
    if (network === undefined) throw new DaemonRefusal(404, `network ${reference} not found`);
    return network;
  }

  find(reference: string): Network | undefined {
    const known = this.#byId.get(reference);
    if (known !== undefined) return known;
    for (const network of this.#byId.values()) if (network.name === reference) return network;
    for (const network of this.#byId.values()) if (reference !== '' && network.id.startsWith(reference)) return network;
    return undefined;
  }

  remove(network: Network): void {
    if (predefinedNetworks.has(network.name))
      throw new DaemonRefusal(403, `${network.name} is a pre-defined network and cannot be removed`);
    this.#byId.delete(network.id);
  }

  /** As a daemon's default pools: 172.17 to 172.31, then others. */
  #nextPrefix(): string {
    const number = this.#made++;
    return number < 15 ? `172.${17 + number}` : `10.${number & 255}`;
  }
}
