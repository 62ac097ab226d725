import {
  type ContainerFacts,
  isAnyAddress,
  isPublishedAtGateway,
  type PublishMode,
  protocolOf,
  publishedPorts,
} from '#contracts';

type ListedPort = { IP?: string; PrivatePort?: number; PublicPort?: number; Type?: string };
type BoundPort = { HostIp?: string; HostPort?: string };
export type Bindings = Readonly<Record<string, readonly BoundPort[] | null>>;

/** The address to show for a published port, so that clients reach it. */
export type ShownAddress = (ip: string | undefined, hostPort: number, protocol: string) => string | undefined;

/**
 * At the gateway a port is where the client asked for it, as a bare engine shows it: clients go to the host they speak to. Else "every address"
 * is replaced by the engine's own.
 */
export function shownAddress(
  facts: Pick<ContainerFacts, 'labels' | 'ports'>,
  engine: { readonly address: string; readonly ip: string },
  publish: PublishMode,
): ShownAddress {
  if (!isPublishedAtGateway(publish, engine.address)) {
    return (ip) => (ip !== undefined && isAnyAddress(ip) && engine.ip !== '' ? engine.ip : ip);
  }
  const granted = publishedPorts(facts).filter((port) => port.ip !== port.engineIp);
  return (ip, hostPort, protocol) =>
    granted.find((port) => port.hostPort === hostPort && protocolOf(port.containerPort) === protocol)?.ip ?? ip;
}

/** Ports of a list entry with the addresses that work; v4 and v6 twins that become one are shown once. */
export function reachablePorts(ports: readonly ListedPort[], shown: ShownAddress): ListedPort[] {
  return distinct(
    ports.map((port) => {
      if (port.PublicPort === undefined || port.IP === undefined) return port;
      return { ...port, IP: shown(port.IP, port.PublicPort, port.Type ?? 'tcp') ?? port.IP };
    }),
  );
}

/** The same for `NetworkSettings.Ports` of an inspect. */
export function reachableBindings(bindings: Bindings, shown: ShownAddress): Bindings {
  const rewritten = Object.entries(bindings).map(([port, bound]) => {
    const hosts = bound?.map((host) => {
      const ip = shown(host.HostIp, Number(host.HostPort ?? 0), protocolOf(port));
      return ip === undefined ? host : { ...host, HostIp: ip };
    });
    return [port, hosts === undefined ? null : distinct(hosts)] as const;
  });
  return Object.fromEntries(rewritten);
}

/** `HostConfig.PortBindings` as the client asked for them, before ports were drawn; `undefined` = the engine has them just so. */
export function askedBindings(bindings: Bindings, facts: Pick<ContainerFacts, 'labels' | 'ports'>): Bindings | undefined {
  const granted = publishedPorts(facts);
  if (granted.length === 0) return undefined;
  const asked = Object.keys(bindings).flatMap((key) => {
    const ports = granted.filter(({ containerPort }) => containerPort === key || containerPort === `${key}/tcp`);
    const own = ports.filter((port) => port.asked !== undefined);
    if (ports.length === 0) return [[key, bindings[key] ?? null] as const];
    return own.length === 0 ? [] : [[key, own.map(({ ip, asked: port = '' }) => ({ HostIp: ip, HostPort: port }))] as const];
  });
  return Object.fromEntries(asked);
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
