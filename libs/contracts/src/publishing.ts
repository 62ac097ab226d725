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

/** A binding that the leader granted a container of an engine that is published at the gateways. */
export const PublishedPort = z.object({
  /** `80/tcp` */
  containerPort: z.string(),
  /** Address as the client asked; empty = every address. */
  ip: z.string(),
  /** Host port as the client asked: empty, `0`, a port or a range; absent = PublishAllPorts asked for it. */
  asked: z.string().optional(),
  hostPort: z.number(),
  /** Address that the engine binds: one at which gateways reach it. */
  engineIp: z.string(),
});
export type PublishedPort = z.infer<typeof PublishedPort>;

const PublishedLabel = z.object({ operation: z.string(), ports: z.array(PublishedPort) });

/** What the label `io.baleen.ports` says; empty = the engine has the ports just as they were asked for. */
export function publishedLabel(operation: string, ports: readonly PublishedPort[]): string {
  const isAsAsked = ports.every(({ ip, engineIp, asked, hostPort }) => ip === engineIp && asked === String(hostPort));
  return isAsAsked ? '' : JSON.stringify({ operation, ports });
}

/** Ports from the label; none when it is somebody else's (a committed image hands its labels on, the operation is always new). */
export function publishedPorts(of: Readonly<Record<string, string>>): readonly PublishedPort[] {
  const text = of[labels.ports];
  if (text === undefined) return [];
  try {
    const label = PublishedLabel.parse(JSON.parse(text));
    return label.operation === of[labels.operation] ? label.ports : [];
  } catch (error) {
    // Anybody can write a label.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return [];
    throw error;
  }
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
export function claimedPorts({ labels: own, ports, networkMode }: ContainerFacts): ClaimedPort[] {
  if (!publishesPorts(networkMode)) return [];
  const granted = publishedPorts(own).map(({ containerPort, ip, hostPort, engineIp }) => {
    return { ip, hostPort, protocol: protocolOf(containerPort), engineIp };
  });
  const isGranted = (port: { hostPort: number; protocol: string }) =>
    granted.some(({ hostPort, protocol }) => hostPort === port.hostPort && protocol === port.protocol);
  const others = ports.filter((port) => port.hostPort !== 0 && !isGranted(port));
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

/** Every address of a machine. */
export function isAnyAddress(ip: string): boolean {
  return ip === '' || ip === '0.0.0.0' || ip === '::';
}

/** One port cannot be bound at both: Docker's rule for host addresses. */
export function addressesOverlap(one: string, other: string): boolean {
  return one === other || isAnyAddress(one) || isAnyAddress(other);
}
