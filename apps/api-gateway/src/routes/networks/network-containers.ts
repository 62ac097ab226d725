import { z } from 'zod';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { Copies } from '../../fleet-view/lookup/copies.ts';

const text = z.string().nullish();
const length = z.number().nullish();

/** What a container's list entry tells of its place in networks. */
const ListedEndpoints = z.object({
  NetworkSettings: z.object({
    Networks: z.record(
      z.string(),
      z.object({
        NetworkID: text,
        EndpointID: text,
        MacAddress: text,
        IPAddress: text,
        IPPrefixLen: length,
        GlobalIPv6Address: text,
        GlobalIPv6PrefixLen: length,
      }),
    ),
  }),
});
type ListedEndpoint = z.infer<typeof ListedEndpoints>['NetworkSettings']['Networks'][string];

/** One entry of `Containers` in a network's inspect. */
type Endpoint = { Name: string; EndpointID: string; MacAddress: string; IPv4Address: string; IPv6Address: string };
export type Endpoints = Readonly<Record<string, Endpoint>>;

/** Containers that are in any copy of a network, by their IDs, as their engines' list entries have it; stopped ones are in none. */
export function endpointsOf(view: FleetView, copies: Copies<'network'>): Endpoints {
  const ids = new Map(copies.map(({ engine, facts }) => [engine, facts.id]));
  const endpoints: Record<string, Endpoint> = {};
  for (const { engine, facts, summary } of view.objects('container')) {
    const network = ids.get(engine);
    if (network === undefined || !Object.values(facts.networks).includes(network)) continue;
    const own = endpointIn(network, summary);
    if (own !== undefined) endpoints[facts.id] = endpointOf(facts.names[0] ?? '', own);
  }
  return endpoints;
}

/** `undefined` for a container that is not running, and for a list entry of another form. */
function endpointIn(network: string, summary: Buffer): ListedEndpoint | undefined {
  const listed = ListedEndpoints.safeParse(JSON.parse(summary.toString('utf8')));
  const endpoints = Object.values(listed.data?.NetworkSettings.Networks ?? {});
  return endpoints.find(({ NetworkID, EndpointID }) => NetworkID === network && Boolean(EndpointID));
}

function endpointOf(name: string, listed: ListedEndpoint): Endpoint {
  return {
    Name: name,
    EndpointID: listed.EndpointID ?? '',
    MacAddress: listed.MacAddress ?? '',
    IPv4Address: withPrefix(listed.IPAddress, listed.IPPrefixLen),
    IPv6Address: withPrefix(listed.GlobalIPv6Address, listed.GlobalIPv6PrefixLen),
  };
}

/**
 * Both maps as one. An engine lists endpoints of other engines as `ep-<endpoint ID>`; where the container is known it stands in
 * for them (spec/classic-swarm.md 4.6).
 */
export function united(asked: Readonly<Record<string, { EndpointID?: string }>>, endpoints: Endpoints): Record<string, unknown> {
  const known = new Set(Object.values(endpoints).map(({ EndpointID }) => EndpointID));
  const own = Object.entries(asked).filter(([key, { EndpointID }]) => !(key.startsWith('ep-') && known.has(EndpointID ?? '')));
  return { ...endpoints, ...Object.fromEntries(own) };
}

function withPrefix(address: string | null | undefined, prefixLength: number | null | undefined): string {
  return address ? `${address}/${prefixLength ?? 0}` : '';
}
