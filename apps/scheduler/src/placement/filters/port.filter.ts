import { addressesOverlap, canBeForwardedTo, protocolOf, shownPort } from '#contracts';
import type { Candidate } from '../candidate.ts';
import { fits, type HeldPort, type PlacementFilter, type PreparedFilter, type WantedPort } from '../filter.ts';

/**
 * Rejects engines on which a requested host port is taken, by a container in any state or by a reservation (spec 5.3). Of engines that are
 * published at the gateways a port is taken when any of them has it.
 */
export const portFilter: PlacementFilter = {
  name: 'port',
  prepare({ networkMode, ports, exposedPorts, bindings, publishesAll, labels }, { fleetPorts }) {
    if (networkMode === 'host') return exposedPorts.length === 0 ? undefined : hostMode(exposedPorts);
    const published = [...bindings.map(({ containerPort }) => containerPort), ...(publishesAll ? exposedPorts : [])];
    if (published.length === 0 && ports.length === 0) return undefined;
    const unforwarded = published.find((containerPort) => !forwarded.has(protocolOf(containerPort)));
    return {
      judge(candidate) {
        if (!fleetPorts.serves(candidate.key)) return refusalOf(ports.find((port) => isTaken(candidate, port)));
        if (!canBeForwardedTo(candidate.address, candidate.identity.ip))
          return 'no address is known at which gateways reach its ports';
        if (unforwarded !== undefined) return `port ${unforwarded} cannot be published at the gateway`;
        return (
          refusalOf(ports.find((port) => isTakenAnywhere(candidate, port))) ?? heldInFleet(fleetPorts.firstHeld(ports, labels))
        );
      },
      conditions: ports.map((port) => `port ${shownPort(port)} (Bridge mode)`),
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

function heldInFleet(held: HeldPort | undefined): string | undefined {
  if (held?.holder === undefined) return refusalOf(held?.port);
  return `port ${shownPort(held.port)} is already allocated by ${held.holder}`;
}

function refusalOf(taken: WantedPort | undefined): string | undefined {
  return taken === undefined ? fits : `port ${shownPort(taken)} is already allocated`;
}
