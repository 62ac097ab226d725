import type { Socket } from 'node:net';

const local = new WeakSet<Socket>();

/** The connection came through a unix socket of the gateway's. */
export function noteLocal(socket: Socket): void {
  local.add(socket);
}

/** By the door it came through: the address of a TCP peer that has gone is as unknown as that of a unix socket's. */
export function isLocal(socket: Socket): boolean {
  return local.has(socket);
}
