import { z } from 'zod';
import { labels } from './labels.ts';
import { agentOf } from './records/agent-record.ts';
import type { ContainerFacts } from './records/object-records.ts';

/** Where host ports of containers are published: `auto` = at the gateways for engines behind an agent, at the engine for the rest. */
export const PublishMode = z.enum(['auto', 'gateway', 'engine']);
export type PublishMode = z.infer<typeof PublishMode>;

/** The ports of the engine at this address are published at the gateways: each is one resource of the whole fleet. */
export function isPublishedAtGateway(mode: PublishMode, address: string): boolean {
  return mode === 'gateway' || (mode === 'auto' && agentOf(address) !== undefined);
}

/** Gateways can lead clients to ports of the engine: it serves its own machine, has an agent, or an address (ssh aliases have none). */
export function canBeForwardedTo(address: string, ip: string): boolean {
  return isOnSocket(address) || agentOf(address) !== undefined || ip !== '';
}

/** The engine is on the machine of whoever speaks to it. */
export function isOnSocket(address: string): boolean {
  return address.startsWith('unix://');
}

export const publishDescription =
  'Where published ports of containers are reached: gateway = at the gateways (a host port is then one of the whole fleet), engine = at each engine’s address, auto = at the gateways for engines behind an agent, at the engine for the rest';

/** First and last port, both included. */
export type PortSpan = { readonly from: number; readonly to: number };

/**
 * Drawn host ports: above what Linux (32768-60999) and Docker on it draw by themselves, so that neither gets in the other's way, and
 * where nobody asks for a port by its number.
 */
export const defaultPublishPorts: PortSpan = { from: 61_000, to: 65_535 };

/** `from-to` */
export const portSpanText = z.string().transform((text, context): PortSpan => {
  const [, from = 0, to = 0] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (from >= 1 && from <= to && to <= 65_535) return { from, to };
  context.addIssue(`${JSON.stringify(text)} is not from-to with ports from 1 to 65535`);
  return defaultPublishPorts;
});

/** An IP address, without a zone. */
const Address = z.union([z.ipv4(), z.ipv6()]);
const HostAddress = z.union([z.literal(''), Address]);

/** What can be bound as a host address: empty or an IP address. */
export function isHostAddress(text: string): boolean {
  return HostAddress.safeParse(text).success;
}

/** A binding that the leader granted a container of an engine that is published at the gateways. */
export const PublishedPort = z.object({
  /** `80/tcp` */
  containerPort: z.string(),
  /** Address as the client asked; empty = every address. */
  ip: HostAddress,
  /** Host port as the client asked: empty, `0`, a port or a range; absent = PublishAllPorts asked for it. */
  asked: z.string().optional(),
  hostPort: z.int().min(1).max(65_535),
  /** Address that the engine binds: one at which gateways reach it. */
  engineIp: HostAddress,
});
export type PublishedPort = z.infer<typeof PublishedPort>;

const PublishedLabel = z.object({ operation: z.string(), ports: z.array(PublishedPort) });

/** What the label `io.baleen.ports` says; empty = the engine has the ports just as they were asked for. */
export function publishedLabel(operation: string, ports: readonly PublishedPort[]): string {
  const isAsAsked = ports.every(({ ip, engineIp, asked, hostPort }) => ip === engineIp && asked === String(hostPort));
  return isAsAsked ? '' : JSON.stringify({ operation, ports });
}

/**
 * What was granted to a container, as its label `io.baleen.ports` says. Whoever has the socket of an engine can write that label, and what is
 * started on the engine from a committed image inherits it, its operation included. So an entry counts only where the container has that
 * host port at that address of its engine: the label can say how a port was asked for, never that there is one.
 */
export function publishedPorts({ labels: own, ports }: Pick<ContainerFacts, 'labels' | 'ports'>): readonly PublishedPort[] {
  const text = own[labels.ports] ?? '';
  if (text === '') return [];
  try {
    const label = PublishedLabel.parse(JSON.parse(text));
    return label.operation === own[labels.operation] ? label.ports.filter((granted) => isHeld(granted, ports)) : [];
  } catch (error) {
    // Anybody can write a label.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return [];
    throw error;
  }
}

function isHeld({ containerPort, hostPort, engineIp }: PublishedPort, ports: ContainerFacts['ports']): boolean {
  const protocol = protocolOf(containerPort);
  const isAt = (ip: string) => ip === engineIp || (isAnyAddress(ip) && isAnyAddress(engineIp));
  return ports.some((port) => port.hostPort === hostPort && port.protocol === protocol && isAt(port.ip));
}

/** A host port that a container holds. */
export type ClaimedPort = {
  /** Where it is to be reached. */
  readonly ip: string;
  readonly hostPort: number;
  readonly protocol: string;
  /** Where the engine binds it; another one than `ip` when the gateway serves that for it. */
  readonly engineIp: string;
};

/** Host ports of a container as the fleet has given them out, whatever its state; without those that its network mode discards. */
export function claimedPorts(facts: Pick<ContainerFacts, 'labels' | 'ports' | 'networkMode'>): ClaimedPort[] {
  // Of most containers, and what was granted is told by a label that is not to be believed without them.
  if (facts.ports.length === 0 || !publishesPorts(facts.networkMode)) return [];
  const granted = publishedPorts(facts).map(({ containerPort, ip, hostPort, engineIp }) => {
    return { ip, hostPort, protocol: protocolOf(containerPort), engineIp };
  });
  const isGranted = (port: { hostPort: number; protocol: string }) =>
    granted.some(({ hostPort, protocol }) => hostPort === port.hostPort && protocol === port.protocol);
  const others = facts.ports.filter((port) => port.hostPort !== 0 && !isGranted(port));
  return [...granted, ...others.map(({ ip, hostPort, protocol }) => ({ ip, hostPort, protocol, engineIp: ip }))];
}

/** Docker discards bindings of containers that have no network of their own. */
export function publishesPorts(networkMode: string): boolean {
  return networkMode !== 'host' && networkMode !== 'none' && !networkMode.startsWith('container:');
}

/** `80/udp` → `udp`; tcp unless it is said. */
export function protocolOf(containerPort: string): string {
  return containerPort.split('/')[1] ?? 'tcp';
}

/** `80`, `53/udp` */
export function shownPort({ hostPort, protocol }: { readonly hostPort: number; readonly protocol: string }): string {
  return protocol === 'tcp' ? String(hostPort) : `${hostPort}/${protocol}`;
}

/** `0.0.0.0:8080`, `[fd00::1]:53/udp` */
export function shownHostPort(port: { readonly ip: string; readonly hostPort: number; readonly protocol: string }): string {
  const { ip } = port;
  const host = isAnyAddress(ip) ? '0.0.0.0' : ip.includes(':') ? `[${ip}]` : ip;
  return `${host}:${shownPort(port)}`;
}

/** Every address of a machine. */
export function isAnyAddress(ip: string): boolean {
  return ip === '' || ip === '0.0.0.0' || ip === '::';
}

/** One port cannot be bound at both: Docker's rule for host addresses. */
export function addressesOverlap(one: string, other: string): boolean {
  return one === other || isAnyAddress(one) || isAnyAddress(other);
}
