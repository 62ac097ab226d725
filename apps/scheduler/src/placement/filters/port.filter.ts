import { fits, type PlacementFilter } from '../filter.ts';

/** Rejects engines on which a requested host port is taken, by a container in any state or by a reservation (spec 5.3). */
export const portFilter: PlacementFilter = {
  name: 'port',
  prepare({ networkMode, ports, exposedPorts }) {
    if (networkMode === 'host') {
      if (exposedPorts.length === 0) return undefined;
      return {
        judge(candidate) {
          const taken = exposedPorts.find((port) => {
            const [number = '', protocol = 'tcp'] = port.split('/');
            return (
              candidate.hasHostModePort(`${number}/${protocol}`) ||
              conflicts('', candidate.portAddresses(Number(number), protocol))
            );
          });
          return taken === undefined ? fits : `port ${taken} is already in use in host mode`;
        },
        conditions: exposedPorts.map((port) => `port ${port} (Host mode)`),
      };
    }
    if (ports.length === 0) return undefined;
    return {
      judge(candidate) {
        const taken = ports.find(
          ({ ip, hostPort, protocol }) =>
            candidate.hasHostModePort(`${hostPort}/${protocol}`) || conflicts(ip, candidate.portAddresses(hostPort, protocol)),
        );
        return taken === undefined
          ? fits
          : `port ${taken.hostPort}${taken.protocol === 'tcp' ? '' : `/${taken.protocol}`} is already allocated`;
      },
      conditions: ports.map(
        ({ hostPort, protocol }) => `port ${hostPort}${protocol === 'tcp' ? '' : `/${protocol}`} (Bridge mode)`,
      ),
    };
  },
};

function conflicts(ip: string, held: Iterable<string>): boolean {
  for (const other of held) if (isAnyAddress(ip) || isAnyAddress(other) || other === ip) return true;
  return false;
}

function isAnyAddress(ip: string): boolean {
  return ip === '' || ip === '0.0.0.0' || ip === '::';
}
