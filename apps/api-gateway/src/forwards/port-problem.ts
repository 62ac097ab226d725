import { createServer } from 'node:net';
import { type Clock, within } from '#service-shell';
import { type Doorstep, shownDoorstep } from './forward.ts';
import { listen } from './tcp-listening.ts';
import { bind, openSocket } from './udp-listening.ts';

/** Binding and letting go take no time. */
const probeMaxMs = 1_000;

/**
 * TCP ports that the gateway itself is reached at. Ports are shared between gateways (SO_REUSEPORT), so the kernel would let a door have one of
 * them, too, and give it the fleet's clients: at an address that is more specific all of them.
 */
export type OwnPorts = ReadonlySet<number>;

/** Why this machine cannot listen there, as the daemon would say it, with the remedy; `undefined` = it can. Listens for a moment. */
export async function portProblem(doorstep: Doorstep, ownPorts: OwnPorts, clock: Clock): Promise<string | undefined> {
  try {
    demandForeign(doorstep, ownPorts);
    const isDone = await within(clock, probeMaxMs, doorstep.protocol === 'tcp' ? tryTcp(doorstep) : tryUdp(doorstep));
    if (!isDone) throw new Error(`the system took more than ${probeMaxMs} ms to bind it`);
    return undefined;
  } catch (error) {
    return `Bind for ${shownDoorstep(doorstep)} failed: ${reasonOf(doorstep, error)}`;
  }
}

/** Throws what `reasonOf` has words for. */
export function demandForeign({ port, protocol }: Doorstep, ownPorts: OwnPorts): void {
  if (protocol === 'tcp' && ownPorts.has(port)) throw new OwnPortError();
}

class OwnPortError extends Error {}

async function tryTcp(doorstep: Doorstep): Promise<void> {
  // A client that comes now, or that the kernel took from another gateway which listens there: what nobody serves must not keep the probe.
  const server = createServer((client) => client.resetAndDestroy());
  await listen(server, doorstep);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function tryUdp(doorstep: Doorstep): Promise<void> {
  const socket = openSocket(doorstep);
  await bind(socket, doorstep);
  await new Promise<void>((resolve) => socket.close(resolve));
}

/** In words for people, whatever the error: ports come from records of containers, which anybody may have made. */
export function reasonOf({ ip, port }: Doorstep, error: unknown): string {
  if (error instanceof OwnPortError)
    return 'port is already allocated by the gateway, which listens there itself: publish another host port';
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return 'port is already allocated by another process on the gateway’s machine: end it, or publish another host port';
    case 'EADDRNOTAVAIL':
      return `cannot assign requested address: ${ip} is no address of the gateway’s machine: leave it out, or use one of its own`;
    case 'EACCES':
      return `permission denied: let the gateway bind ports below 1024 (CAP_NET_BIND_SERVICE), or publish another port than ${port}`;
    case 'EMFILE':
    case 'ENFILE':
      return 'the gateway has no file descriptors left: raise its limit (ulimit -n), or remove containers';
    default:
      return `the gateway cannot listen there (${error instanceof Error ? error.message : String(error)}): publish another host port or address`;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
