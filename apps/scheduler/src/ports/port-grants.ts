import {
  agentOf,
  BaleenError,
  isAnyAddress,
  isHostAddress,
  type PlacementRequest,
  type PortSpan,
  type PublishedPort,
  protocolOf,
  publishedPorts,
  publishesPorts,
  shownHostPort,
} from '#contracts';
import { expandPorts, parseEngineAddress } from '#docker-api';
import type { FleetLedger } from '../fleet/fleet-ledger.ts';
import { successorCandidate } from '../fleet/successor-candidate.ts';
import type { Candidate } from '../placement/candidate.ts';
import type { HeldPort } from '../placement/filter.ts';
import { GatewayPorts, type PublishSettings } from './gateway-ports.ts';
import { drawPort } from './port-draw.ts';

export type PortsWanted = {
  readonly request: PlacementRequest;
  /** Engine that was chosen. */
  readonly engine: string;
  /** Container that is being replaced: its ports are taken over. */
  readonly replaces: string;
  /** `80/tcp`: not to be drawn. */
  readonly avoid: readonly string[];
};

/** Gives host ports of the fleet out, in the leader's one turn: what is granted is held by the reservation before anybody else is asked for. */
export class PortGrants {
  readonly #ledger: FleetLedger;
  readonly #ports: GatewayPorts;
  readonly #span: PortSpan;
  /** Where the next draw begins: a port that was given back rests as long as possible, for clients that still mean its last holder. */
  #next = 0;

  constructor(ledger: FleetLedger, { publish, publishPorts }: PublishSettings) {
    this.#ledger = ledger;
    this.#ports = new GatewayPorts(ledger, publish);
    this.#span = publishPorts;
  }

  /** Somebody has a port that is asked for, and no engine that may be chosen publishes ports of its own. */
  conflict(request: PlacementRequest, offered: (engine: string) => boolean, replaces: string): BaleenError | undefined {
    if (request.ports.length === 0 || !publishesPorts(request.networkMode)) return undefined;
    const engines = this.#ledger.candidates().filter(({ key }) => offered(key));
    if (engines.length === 0 || engines.some(({ key }) => !this.#ports.serves(key))) return undefined;
    const held = this.#ports.firstHeld(request.ports, request.labels, replaces);
    return held && portTaken(held);
  }

  /** The ports of a container on the engine chosen; none where the engine publishes its own. Throws placement/port-taken, request/invalid. */
  grant({ request, engine, replaces, avoid }: PortsWanted): PublishedPort[] {
    if (!publishesPorts(request.networkMode) || !this.#ports.serves(engine)) return [];
    const granted = new Map<AskedBinding, PublishedPort>();
    const load = this.#ledger.engine(engine);
    const candidate = load && successorCandidate(load, request.labels);
    const replaced = this.#ledger.container(replaces)?.facts;
    const before = replaced === undefined ? [] : publishedPorts(replaced);
    const bindings = askedBindings(request).map((binding) => ({ binding, span: askedSpan(binding) }));
    // Who has less choice is served first, so that none is drawn that another binding names.
    for (const { binding, span } of bindings.toSorted((one, other) => widthOf(one.span) - widthOf(other.span))) {
      const { containerPort, ip, asked } = binding;
      const protocol = protocolOf(containerPort);
      const isFree = (hostPort: number) =>
        !avoid.includes(`${hostPort}/${protocol}`) &&
        ![...granted.values()].some((port) => port.hostPort === hostPort && protocolOf(port.containerPort) === protocol) &&
        !isBoundOn(candidate, hostPort, protocol) &&
        this.#ports.claimOf({ ip: '', hostPort, protocol }, replaces, request.labels) === undefined;
      const earlier = before.find((port) => port.containerPort === containerPort && port.ip === ip)?.hostPort;
      const hostPort = this.#hostPort(span, earlier, isFree);
      if (hostPort === undefined) throw noneFree(binding, this.#span);
      const engineIp = this.#engineIp(ip, engine);
      granted.set(binding, { containerPort, ip, ...(asked === undefined ? {} : { asked }), hostPort, engineIp });
    }
    return bindings.flatMap(({ binding }) => granted.get(binding) ?? []);
  }

  #hostPort(asked: PortSpan | undefined, earlier: number | undefined, isFree: (port: number) => boolean): number | undefined {
    // Whether it is free was judged with the engine.
    if (asked !== undefined && asked.from === asked.to) return asked.from;
    if (asked !== undefined) return drawPort(asked, earlier ?? asked.from, isFree);
    const drawn = drawPort(this.#span, earlier ?? this.#next, isFree);
    if (drawn !== undefined && drawn !== earlier) this.#next = drawn + 1;
    return drawn;
  }

  /** An address of the client's wish is one of the gateway's machine: the engine binds one at which it is reached instead. */
  #engineIp(ip: string, engine: string): string {
    const record = this.#ledger.engine(engine)?.record;
    if (isAnyAddress(ip) || record === undefined) return ip;
    if (agentOf(record.address) !== undefined) return '127.0.0.1';
    // On a socket of the gateway's machine the engine serves the address itself.
    return parseEngineAddress(record.address).kind === 'unix' ? ip : (record.identity?.ip ?? ip);
  }
}

/** What the reservation holds: the ports granted stand for those asked for. */
export function withPorts(request: PlacementRequest, published: readonly PublishedPort[]): PlacementRequest {
  if (published.length === 0) return request;
  const ports = published.map(({ containerPort, ip, hostPort }) => ({ ip, hostPort, protocol: protocolOf(containerPort) }));
  return { ...request, ports };
}

function isBoundOn(candidate: Candidate | undefined, hostPort: number, protocol: string): boolean {
  const [address] = candidate?.portAddresses(hostPort, protocol) ?? [];
  return address !== undefined;
}

type AskedBinding = {
  readonly containerPort: string;
  readonly ip: string;
  /** Absent = by PublishAllPorts. */
  readonly asked?: string;
};

function askedBindings({ bindings, publishesAll, exposedPorts }: PlacementRequest): AskedBinding[] {
  const asked = bindings.map(({ containerPort, ip, hostPort }) => ({ containerPort, ip, asked: hostPort }));
  const bound = new Set(bindings.map(({ containerPort }) => containerPort));
  const others = publishesAll ? exposedPorts.filter((port) => !bound.has(port)) : [];
  return [...asked, ...others.map((containerPort) => ({ containerPort, ip: '' }))];
}

/** Host ports that a binding leaves the choice of; `undefined` = any. Throws request/invalid in the daemon's words for what is no port or address. */
function askedSpan({ ip, asked = '' }: AskedBinding): PortSpan | undefined {
  if (!isHostAddress(ip))
    throw new BaleenError(
      'request/invalid',
      `invalid IP address: ${ip}: leave it out, or give an address of the gateway’s machine`,
    );
  if (asked === '' || asked === '0') return undefined;
  const ports = expandPorts(asked);
  const [from, to] = [ports[0], ports.at(-1)];
  if (from !== undefined && to !== undefined) return { from, to };
  const remedy = 'give a port from 1 to 65535, a range of them, or none';
  throw new BaleenError('request/invalid', `invalid port specification: ${JSON.stringify(asked)}: ${remedy}`);
}

function widthOf(span: PortSpan | undefined): number {
  return span === undefined ? Number.MAX_SAFE_INTEGER : span.to - span.from;
}

/** The daemon's words, which clients look for, and who has the port. */
function portTaken({ port, holder }: HeldPort): BaleenError {
  const { hostPort, protocol } = port;
  const who = holder === undefined ? '' : ` by ${holder}: remove it, or`;
  const message = `Bind for ${shownHostPort(port)} failed: port is already allocated${who || ':'} publish another host port`;
  return new BaleenError('placement/port-taken', message, { details: { hostPort, protocol } });
}

function noneFree({ containerPort, asked = '' }: AskedBinding, { from, to }: PortSpan): BaleenError {
  const range = asked === '' || asked === '0' ? `${from}-${to} (--publish-ports)` : asked;
  const message = `no host port for ${containerPort}: all of ${range} are already allocated: remove containers, or use a wider range`;
  return new BaleenError('placement/port-taken', message, { details: { containerPort } });
}
