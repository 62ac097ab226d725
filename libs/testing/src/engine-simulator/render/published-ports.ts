import { type Container, isUp } from '../model/container.ts';

/** Host ports of containers that named none. */
const firstDrawnPort = 32_768;
const drawnPorts = 28_000;

type Published = { readonly key: string; readonly ip: string; readonly hostPort: number };

/** `Ports` of a list entry: what is published while it runs, on IPv4 and IPv6, then what is only exposed. */
export function listedPorts(container: Container) {
  if (!isUp(container)) return [];
  const published = publishedPorts(container);
  const exposed = Object.keys(container.given.ExposedPorts ?? {}).filter((key) => !published.some((open) => open.key === key));
  return [
    ...published.map(({ key, ip, hostPort }) => ({ IP: ip, ...privatePort(key, hostPort) })),
    ...exposed.map((key) => privatePort(key)),
  ];
}

function privatePort(key: string, hostPort?: number) {
  const [port = '', protocol = 'tcp'] = key.split('/');
  return { PrivatePort: Number(port), ...(hostPort === undefined ? {} : { PublicPort: hostPort }), Type: protocol };
}

/** `NetworkSettings.Ports` of an inspection; `null` = exposed only. */
export function inspectedPorts(container: Container) {
  const ports: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  if (!isUp(container)) return ports;
  for (const key of Object.keys(container.given.ExposedPorts ?? {})) ports[key] = null;
  for (const { key, ip, hostPort } of publishedPorts(container))
    ports[key] = [...(ports[key] ?? []), { HostIp: ip, HostPort: String(hostPort) }];
  return ports;
}

function publishedPorts({ hostConfig, id }: Container): Published[] {
  return Object.entries(hostConfig.PortBindings ?? {}).flatMap(([key, bindings]) =>
    (bindings ?? []).flatMap(({ HostIp, HostPort }, index) => {
      const named = Number.parseInt(HostPort ?? '', 10);
      const drawn = firstDrawnPort + ((Number.parseInt(id.slice(0, 6), 16) + index) % drawnPorts);
      const hostPort = Number.isNaN(named) || named === 0 ? drawn : named;
      const ips = (HostIp ?? '') === '' ? ['0.0.0.0', '::'] : [HostIp ?? ''];
      return ips.map((ip) => ({ key: key.includes('/') ? key : `${key}/tcp`, ip, hostPort }));
    }),
  );
}
