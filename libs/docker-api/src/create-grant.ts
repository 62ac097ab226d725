import { labels, type PublishedPort, publishedLabel } from '#contracts';
import { type CreateBody, readCreateBody } from './create-body.ts';
import { replaceMembers } from './json-members.ts';

/** What a grant changes in a create: CpuShares under swarm.cpushares=cores, which devices it got, and its host ports. */
export type CreateGrant = {
  readonly operation: string;
  readonly cpuShares?: number | undefined;
  readonly devices: readonly string[];
  /** Host ports where they are the fleet's; empty = the body's own stand. */
  readonly published?: readonly PublishedPort[];
};

/**
 * The body as granted. A request for a number of devices becomes one for those granted, so that nobody else gets them; several requests at
 * once are left as they are, since nobody can say whose device is whose.
 */
export function withGrant(body: Buffer, { operation, cpuShares, devices, published = [] }: CreateGrant): Buffer {
  // What most grants say, of a body that nobody needs to read then.
  if (cpuShares === undefined && devices.length === 0 && published.length === 0) return body;
  const read = readCreateBody(body);
  const [wanted, ...more] = read.host.DeviceRequests ?? [];
  const named = wanted !== undefined && more.length === 0 && devices.length > 0;
  const portsLabel = publishedLabel(operation, published);
  if (cpuShares === undefined && !named && portsLabel === '') return body;
  const changes = {
    ...(cpuShares === undefined ? {} : { CpuShares: String(cpuShares) }),
    ...(named ? { DeviceRequests: JSON.stringify([{ ...wanted, ...driverOf(devices), Count: 0, DeviceIDs: devices }]) } : {}),
    ...(portsLabel === '' ? {} : { PortBindings: JSON.stringify(grantedBindings(read, published)) }),
  };
  return replaceMembers(body, {
    HostConfig: replaceMembers(read.hostBytes, changes),
    ...(portsLabel === '' ? {} : { Labels: JSON.stringify({ ...read.fields.Labels, [labels.ports]: portsLabel }) }),
  });
}

/** CDI's names are its own driver's: that of NVIDIA, which a request for a count means, knows indices and UUIDs only. */
function driverOf(devices: readonly string[]): { Driver?: string } {
  return devices.every((id) => id.includes('=')) ? { Driver: 'cdi' } : {};
}

/** Ports that were listed without any binding stay so: the engine does not publish them. */
function grantedBindings({ host }: CreateBody, published: readonly PublishedPort[]): Record<string, object[]> {
  const bindings: Record<string, object[]> = Object.fromEntries(Object.keys(host.PortBindings ?? {}).map((key) => [key, []]));
  for (const { containerPort, engineIp, hostPort } of published) {
    const plain = containerPort.replace(/\/tcp$/, '');
    const key = Object.hasOwn(bindings, plain) ? plain : containerPort;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: engineIp, HostPort: String(hostPort) }];
  }
  return bindings;
}
