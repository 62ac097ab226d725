import { readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import type { TcpListenAddress, UnixListenAddress } from './listen-address.ts';

/** State of a listening socket in /proc/net/tcp, and its flag in /proc/net/unix (__SO_ACCEPTCON). */
const tcpListening = '0A';
const unixListening = '00010000';

/** Every socket of this machine that listens, by its inode, as /proc tells: Node has no way to ask a descriptor for its address. */
export function listeningSockets(readProc: (file: string) => string): Map<string, TcpListenAddress | UnixListenAddress> {
  const found = new Map<string, TcpListenAddress | UnixListenAddress>();
  for (const file of ['tcp', 'tcp6']) {
    for (const [, local = '', , state, , , , , , inode = ''] of rowsOf(readProc(file))) {
      if (state === tcpListening) found.set(inode, tcpAddress(local));
    }
  }
  for (const [, , , flags, , , inode = '', path] of rowsOf(readProc('unix'))) {
    if (flags === unixListening && path?.startsWith('/')) found.set(inode, { kind: 'unix', path, text: `unix://${path}` });
  }
  return found;
}

/** A table of /proc/net; empty where the kernel has no such family. */
export function readProc(file: string): string {
  try {
    return readFileSync(`/proc/self/net/${file}`, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function rowsOf(table: string): string[][] {
  const rows = table.trim().split('\n').slice(1);
  return rows.map((row) => row.trim().split(/\s+/));
}

/** `0100007F:0947`: words of 32 bits in the byte order of the machine. */
function tcpAddress(text: string): TcpListenAddress {
  const [hex = '', port = ''] = text.split(':');
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  const host = bytes.length === 4 ? bytes.join('.') : ipv6(bytes);
  const number = Number.parseInt(port, 16);
  return { kind: 'tcp', host, port: number, text: `tcp://${host.includes(':') ? `[${host}]` : host}:${number}` };
}

/** In the shortest form, as URLs write it. */
function ipv6(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
