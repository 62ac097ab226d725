import { readlinkSync } from 'node:fs';
import { BaleenError } from '#contracts';
import { type ListenAddress, parseListenAddress } from './listen-address.ts';
import { listeningSockets, readProc } from './listening-sockets.ts';

/**
 * The addresses that these values of `-H` mean: `fd://` becomes one for each passed socket. `passed` are the descriptors that a
 * supervisor such as systemd opened for us. Throws config/invalid.
 */
export function listenAddresses(texts: readonly string[], passed: readonly number[]): ListenAddress[] {
  return texts.map(parseListenAddress).flatMap((address): ListenAddress[] => {
    if (address.kind !== 'passed') return [address];
    if (address.fd !== undefined) return [passedAddress(address.fd)];
    if (passed.length === 0)
      throw new BaleenError(
        'config/invalid',
        '"fd://": no socket was passed to this process (LISTEN_FDS, LISTEN_PID): start it from a systemd unit with a .socket beside it, or name the address itself, as in tcp://127.0.0.1:2375',
      );
    return passed.map(passedAddress);
  });
}

/** Names the descriptor itself: a process that it is passed on to reads the same text. */
function passedAddress(fd: number): ListenAddress {
  const text = `fd://${fd}`;
  const socket = listeningSockets(readProc).get(inodeOf(fd) ?? '');
  if (socket === undefined)
    throw new BaleenError(
      'config/invalid',
      `"${text}": descriptor ${fd} is no socket that listens on TCP or a path: name another, or the address itself`,
    );
  return { kind: 'passed', fd, at: socket, text };
}

function inodeOf(fd: number): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[1];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
