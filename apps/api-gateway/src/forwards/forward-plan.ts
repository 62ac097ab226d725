import {
  addressesOverlap,
  agentOf,
  type ClaimedPort,
  type ContainerFacts,
  canBeForwardedTo,
  claimedPorts,
  isAnyAddress,
  isOnSocket,
  isPublishedAtGateway,
  type PublishMode,
} from '#contracts';
import { doorstepKey, type Forward, type ForwardProtocol } from './forward.ts';

/** What the plan reads of an engine. */
export type ForwardedEngine = {
  readonly key: string;
  readonly address: string;
  readonly ip: string;
};

export type ForwardRules = {
  readonly publish: PublishMode;
  /** Is this an address of the gateway's own machine? */
  readonly isOwn: (ip: string) => boolean;
};

const runningStates: ReadonlySet<string> = new Set(['running', 'paused']);

/** False where none of the engine's containers will ever need anything of this gateway. */
export function isForwarded({ address, ip }: ForwardedEngine, { publish }: ForwardRules): boolean {
  return isPublishedAtGateway(publish, address) && canBeForwardedTo(address, ip);
}

/** What a container that runs needs this gateway to listen on. */
export function runningForwards(engine: ForwardedEngine, facts: ContainerFacts, rules: ForwardRules): Forward[] {
  return runningStates.has(facts.state) ? forwardsOf(engine, facts, rules) : [];
}

/** The same, whatever its state: what it will need. */
export function forwardsOf(engine: ForwardedEngine, facts: ContainerFacts, rules: ForwardRules): Forward[] {
  if (!isForwarded(engine, rules)) return [];
  const isLocal = isOnSocket(engine.address) || rules.isOwn(engine.ip);
  const forwards = claimedPorts(facts).flatMap((port): Forward[] => {
    const protocol = forwardProtocol(port.protocol);
    const target = targetOf(engine, port);
    if (protocol === undefined || target === undefined || isServedByEngine(port, isLocal)) return [];
    const ip = isAnyAddress(port.ip) ? '' : port.ip;
    const { id: container, createdAtMs } = facts;
    return [{ ip, port: port.hostPort, protocol, container, createdAtMs, target }];
  });
  return [...new Map(forwards.map((forward) => [doorstepKey(forward), forward])).values()];
}

/** Who listens where: one container a doorstep, the oldest that asks for it. */
export function planForwards(wanted: Iterable<readonly Forward[]>): Map<string, Forward> {
  const plan = new Map<string, Forward>();
  for (const forwards of wanted) {
    for (const forward of forwards) {
      const key = doorstepKey(forward);
      const other = plan.get(key);
      if (other === undefined || isOlder(forward, other)) plan.set(key, forward);
    }
  }
  return plan;
}

/**
 * The engine is at the address itself: it is on this machine and binds it (listening there would keep its own proxy from starting), or the
 * container was bound to an address of the engine's by somebody who spoke to the engine.
 */
function isServedByEngine({ ip, engineIp }: ClaimedPort, isLocal: boolean): boolean {
  if (isLocal && addressesOverlap(ip, engineIp)) return true;
  return !isAnyAddress(ip) && ip === engineIp;
}

/**
 * The engine's address as discovery has it, never one from the container's record: whoever writes to an engine's socket could lead the gateway
 * to any host of its network (Docker lists bindings that it does not make, as in a macvlan). `undefined` = it is bound at none of these.
 */
function targetOf(engine: ForwardedEngine, { hostPort: port, engineIp }: ClaimedPort): Forward['target'] | undefined {
  if (agentOf(engine.address) !== undefined) return { kind: 'tunnel', engine: engine.key, port };
  if (!isAnyAddress(engineIp) && engineIp !== engine.ip) return undefined;
  return { kind: 'direct', host: engine.ip, port };
}

function forwardProtocol(protocol: string): ForwardProtocol | undefined {
  return protocol === 'tcp' || protocol === 'udp' ? protocol : undefined;
}

function isOlder(one: Forward, other: Forward): boolean {
  if (one.createdAtMs !== other.createdAtMs) return one.createdAtMs < other.createdAtMs;
  return one.container < other.container;
}
