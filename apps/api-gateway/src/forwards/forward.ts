import { isAnyAddress, shownHostPort } from '#contracts';

export type ForwardProtocol = 'tcp' | 'udp';

/** Where a published port is on its engine. */
export type ForwardTarget =
  | { readonly kind: 'direct'; readonly host: string; readonly port: number }
  /** Behind an agent: through the tunnel. */
  | { readonly kind: 'tunnel'; readonly engine: string; readonly port: number };

/** An address of this machine. */
export type Doorstep = {
  /** Empty = every address. */
  readonly ip: string;
  readonly port: number;
  readonly protocol: ForwardProtocol;
};

/** A host port that this gateway has to listen on for a container, and where it leads. */
export type Forward = Doorstep & {
  readonly container: string;
  /** Of two containers with one port (made behind the fleet's back) the older one has it. */
  readonly createdAtMs: number;
  readonly target: ForwardTarget;
};

export function doorstepKey({ ip, port, protocol }: Doorstep): string {
  return `${isAnyAddress(ip) ? '' : ip} ${port}/${protocol}`;
}

/** `0.0.0.0:8080`, `[fd00::1]:53/udp` */
export function shownDoorstep({ ip, port: hostPort, protocol }: Doorstep): string {
  return shownHostPort({ ip, hostPort, protocol });
}
