import { createServer } from 'node:net';
import { type Doorstep, shownDoorstep } from './forward.ts';
import { listen } from './tcp-listening.ts';
import { bind, openSocket } from './udp-listening.ts';

/** Why this machine cannot listen there, as the daemon would say it, with the remedy; `undefined` = it can. Listens for a moment. */
export async function portProblem(doorstep: Doorstep): Promise<string | undefined> {
  try {
    if (doorstep.protocol === 'tcp') await tryTcp(doorstep);
    else await tryUdp(doorstep);
    return undefined;
  } catch (error) {
    return `Bind for ${shownDoorstep(doorstep)} failed: ${reasonOf(doorstep, error)}`;
  }
}

async function tryTcp(doorstep: Doorstep): Promise<void> {
  const server = createServer();
  await listen(server, doorstep);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

async function tryUdp(doorstep: Doorstep): Promise<void> {
  const socket = openSocket(doorstep);
  await bind(socket, doorstep);
  await new Promise<void>((resolve) => socket.close(resolve));
}

/** In words for people; what is no error of the system is a defect and thrown on. */
export function reasonOf({ ip, port }: Doorstep, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
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
      throw error;
  }
}
