/** A network as one daemon holds it. */
export type Network = {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly createdAtMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly isInternal: boolean;
  readonly isAttachable: boolean;
  /** First two numbers of its addresses, as in `172.18`; empty = it has none. */
  readonly prefix: string;
  /** Counts the addresses that were given out. */
  lastHost: number;
};

/** A container's place in a network. */
export type Endpoint = {
  readonly network: Network;
  readonly aliases: readonly string[] | null;
  /** Its address's place in the network; 0 = its container does not run. */
  host: number;
};

export const predefinedNetworks: ReadonlySet<string> = new Set(['none', 'host', 'bridge']);

/** Addresses of a network, the first two being its own and its gateway's; then they begin anew. */
const hostsMax = 65_534;

export function nextHost(network: Network): number {
  network.lastHost = network.lastHost >= hostsMax ? 2 : network.lastHost + 1;
  return network.lastHost;
}

/** `172.18.0.2`, empty when it has none. */
export function addressOf({ network, host }: Pick<Endpoint, 'network' | 'host'>): string {
  return host === 0 || network.prefix === '' ? '' : `${network.prefix}.${host >> 8}.${host & 255}`;
}

export function gatewayOf(network: Network): string {
  return network.prefix === '' ? '' : `${network.prefix}.0.1`;
}
