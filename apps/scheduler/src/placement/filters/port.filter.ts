import { addressesOverlap, type PlacementRequest, protocolOf } from '#contracts';
import type { Candidate } from '../candidate.ts';
import { type FleetPorts, fits, type PlacementFilter, type PreparedFilter } from '../filter.ts';

type WantedPort = PlacementRequest['ports'][number];

/**
 * Rejects engines on which a requested host port is taken, by a container in any state or by a reservation (spec 5.3). Of engines that are
 * published at the gateways a port is taken when any of them has it.
 */
export const portFilter: PlacementFilter = {
  name: 'port',
  prepare({ networkMode, ports, exposedPorts, bindings }, { fleetPorts }) {
    if (networkMode === 'host') return exposedPorts.length === 0 ? undefined : hostMode(exposedPorts);
    if (bindings.length === 0 && ports.length === 0) return undefined;
    const unforwarded = bindings.find(({ containerPort }) => !forwarded.has(protocolOf(containerPort)));
    return {
      judge(candidate) {
        if (!fleetPorts.serves(candidate.key)) return refusalOf(ports.find((port) => isTaken(candidate, port)));
        if (unforwarded !== undefined) return `port ${unforwarded.containerPort} cannot be published at the gateway`;
        return refusalOf(ports.find((port) => isTakenAnywhere(candidate, port))) ?? heldInFleet(ports, fleetPorts);
      },
      conditions: ports.map((port) => `port ${shown(port)} (Bridge mode)`),
    };
  },
};

/** What gateways forward; sctp needs the engine's own address. */
const forwarded: ReadonlySet<string> = new Set(['tcp', 'udp']);

function hostMode(exposedPorts: readonly string[]): PreparedFilter {
  return {
    judge(candidate) {
      const taken = exposedPorts.find((port) => {
        const [number = '', protocol = 'tcp'] = port.split('/');
        return isTaken(candidate, { ip: '', hostPort: Number(number), protocol });
      });
      return taken === undefined ? fits : `port ${taken} is already in use in host mode`;
    },
    conditions: exposedPorts.map((port) => `port ${port} (Host mode)`),
  };
}

function isTaken(candidate: Candidate, { ip, hostPort, protocol }: WantedPort): boolean {
  if (candidate.hasHostModePort(`${hostPort}/${protocol}`)) return true;
  for (const other of candidate.portAddresses(hostPort, protocol)) if (addressesOverlap(ip, other)) return true;
  return false;
}

/** Different addresses of the gateway's machine may be one of the engine's. */
function isTakenAnywhere(candidate: Candidate, port: WantedPort): boolean {
  return isTaken(candidate, { ...port, ip: '' });
}

function heldInFleet(ports: readonly WantedPort[], fleetPorts: FleetPorts): string | undefined {
  for (const port of ports) {
    const holder = fleetPorts.holderOf(port);
    if (holder !== undefined) return `port ${shown(port)} is already allocated by ${holder}`;
  }
  return fits;
}

function refusalOf(taken: WantedPort | undefined): string | undefined {
  return taken === undefined ? fits : `port ${shown(taken)} is already allocated`;
}

function shown({ hostPort, protocol }: WantedPort): string {
  return protocol === 'tcp' ? String(hostPort) : `${hostPort}/${protocol}`;
}
