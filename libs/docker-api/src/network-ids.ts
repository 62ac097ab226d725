import { readCreateBody } from './create-body.ts';
import { replaceMembers } from './json-members.ts';

/** A create body with other words for networks: `ids` has, by what the body calls a network, what its engine knows it by. */
export function withNetworkIds(body: Buffer, ids: ReadonlyMap<string, string>): Buffer {
  if (ids.size === 0) return body;
  const { bytes, fields, host, hostBytes } = readCreateBody(body);
  const now = (reference: string) => ids.get(reference) ?? reference;
  const { NetworkingConfig: networking } = fields;
  const endpoints = Object.entries(networking?.EndpointsConfig ?? {}).map(([name, endpoint]) => [
    now(name),
    withOwnId(endpoint, ids),
  ]);
  return replaceMembers(bytes, {
    ...(host.NetworkMode && {
      HostConfig: replaceMembers(hostBytes, { NetworkMode: JSON.stringify(now(host.NetworkMode)) }),
    }),
    ...(endpoints.length > 0 && {
      NetworkingConfig: JSON.stringify({ ...networking, EndpointsConfig: Object.fromEntries(endpoints) }),
    }),
  });
}

function withOwnId(endpoint: unknown, ids: ReadonlyMap<string, string>): unknown {
  if (typeof endpoint !== 'object' || endpoint === null || !('NetworkID' in endpoint)) return endpoint;
  const id = ids.get(String(endpoint.NetworkID));
  return id === undefined ? endpoint : { ...endpoint, NetworkID: id };
}
