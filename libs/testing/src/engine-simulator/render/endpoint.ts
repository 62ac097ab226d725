import type { Container } from '../model/container.ts';
import { addressOf, type Endpoint, gatewayOf } from '../model/network.ts';
import { kinOf, macOf } from '../model/seeded-ids.ts';

const prefixLength = 16;

/** An endpoint's id while its container runs. */
export function endpointId(container: Container, { network }: Endpoint): string {
  return kinOf(container.id, 7 + (network.id.charCodeAt(0) % 40));
}

/** `NetworkSettings.Networks`; lists leave the DNS names out. */
export function endpointsDocument(container: Container, isInspect: boolean) {
  const networks: Record<string, ReturnType<typeof endpointDocument>> = {};
  for (const endpoint of container.endpoints) networks[endpoint.network.name] = endpointDocument(container, endpoint, isInspect);
  return networks;
}

function endpointDocument(container: Container, endpoint: Endpoint, isInspect: boolean) {
  const { network, aliases, host } = endpoint;
  const isUp = host !== 0;
  const address = addressOf(endpoint);
  const hasNames = isInspect && container.state !== 'created' && (network.name !== 'bridge' || container.wasRenamed);
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: aliases,
    MacAddress: isUp ? macOf(container.id) : '',
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: container.state === 'created' ? '' : network.id,
    EndpointID: isUp ? endpointId(container, endpoint) : '',
    Gateway: isUp ? gatewayOf(network) : '',
    IPAddress: address,
    IPPrefixLen: address === '' ? 0 : prefixLength,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: hasNames ? [container.name, ...(aliases ?? []), container.id.slice(0, 12)] : null,
  };
}

/** What clients before API 1.21 read: the place in the default network, said once more. */
export function defaultEndpoint(container: Container) {
  const endpoint = container.endpoints.find(({ network, host }) => network.name === 'bridge' && host !== 0);
  const address = endpoint === undefined ? '' : addressOf(endpoint);
  return {
    EndpointID: endpoint === undefined ? '' : endpointId(container, endpoint),
    Gateway: endpoint === undefined ? '' : gatewayOf(endpoint.network),
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: address,
    IPPrefixLen: address === '' ? 0 : prefixLength,
    IPv6Gateway: '',
    MacAddress: endpoint === undefined ? '' : macOf(container.id),
  };
}
