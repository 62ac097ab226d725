import type { NetworkInterfaceInfo } from 'node:os';
import type { EngineConnection } from '../engine-actor/engine-connection.ts';

/** Bridges and cables that container engines and hypervisors make: no other machine reaches this one by them. */
const innerInterface = /^(docker|br-|veth|virbr|cni|lo)/;

/** The first address of this machine that others may reach it by, IPv4 before IPv6; `undefined` = it has none. */
export function ownAddress(interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>): string | undefined {
  const outer = Object.entries(interfaces).flatMap(([name, addresses]) =>
    innerInterface.test(name) ? [] : (addresses ?? []).filter(({ internal, scopeid }) => !internal && !scopeid),
  );
  return (outer.find(({ family }) => family === 'IPv4') ?? outer[0])?.address;
}

/** The same connection; published ports are shown at this address instead of the loopback that the agent reaches its daemon by. */
export function shownAt(connection: EngineConnection, ip: string): EngineConnection {
  return {
    reader: connection.reader,
    ping: (timeoutMs) => connection.ping(timeoutMs),
    probe: (timeoutMs, onRequest) => connection.probe(timeoutMs, onRequest),
    identify: async () => {
      const { identity, clockDeltaMs } = await connection.identify();
      return { identity: { ...identity, ip }, clockDeltaMs };
    },
    openEvents: (stream, signal) => connection.openEvents(stream, signal),
    call: (request) => connection.call(request),
    close: () => connection.close(),
  };
}
