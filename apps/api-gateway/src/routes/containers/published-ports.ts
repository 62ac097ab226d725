type ListedPort = { IP?: string; PrivatePort?: number; PublicPort?: number; Type?: string };
type BoundPort = { HostIp?: string; HostPort?: string };

/** Ports of a list entry with "every address" replaced by the engine's own, so that clients can reach them; v4 and v6 twins once. */
export function reachablePorts(ports: readonly ListedPort[], engineIp: string): ListedPort[] {
  return distinct(ports.map((port) => (isEverywhere(port.IP) ? { ...port, IP: engineIp } : port)));
}

/** The same for `NetworkSettings.Ports` of an inspect. */
export function reachableBindings(
  bindings: Readonly<Record<string, readonly BoundPort[] | null>>,
  engineIp: string,
): Record<string, readonly BoundPort[] | null> {
  const rewritten = Object.entries(bindings).map(([port, bound]) => {
    const hosts = bound?.map((host) => (isEverywhere(host.HostIp) || host.HostIp === '' ? { ...host, HostIp: engineIp } : host));
    return [port, hosts === undefined ? null : distinct(hosts)] as const;
  });
  return Object.fromEntries(rewritten);
}

function isEverywhere(ip: string | undefined): boolean {
  return ip === '0.0.0.0' || ip === '::';
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
