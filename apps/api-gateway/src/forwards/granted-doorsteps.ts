import { isAnyAddress, type PublishedPort, protocolOf } from '#contracts';
import type { Doorstep } from './forward.ts';

/** Where gateways will listen for ports just granted. */
export function grantedDoorsteps(published: readonly PublishedPort[]): Doorstep[] {
  return published.flatMap(({ containerPort, ip, hostPort: port, engineIp }): Doorstep[] => {
    const protocol = protocolOf(containerPort);
    // An address of the engine's own: it serves that itself.
    if (!isAnyAddress(ip) && ip === engineIp) return [];
    return protocol === 'tcp' || protocol === 'udp' ? [{ ip, port, protocol }] : [];
  });
}
