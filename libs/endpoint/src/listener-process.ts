import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { listeningSockets, readProc } from './listening-sockets.ts';

/** Addresses of every interface: a listener there has the port of each one. */
const wildcards = new Set(['0.0.0.0', '::']);

/** How listening fails with EADDRINUSE; Node names the address that it tried. */
export type AddressInUse = NodeJS.ErrnoException & { readonly address?: string; readonly port?: number };

/** What that means to an operator: who listens there, as far as we may see it, and the remedy. */
export function addressInUse({ address, port }: AddressInUse): string {
  const owner = port === undefined ? undefined : listenerProcess(address ?? '::', port);
  const who =
    owner === undefined
      ? 'the address is in use: is Docker already running on this machine? Stop it'
      : `the address is in use by ${owner}: stop it`;
  return `${who}, or use another port, as in -H tcp://127.0.0.1:12375`;
}

/** Program and pid of who listens there; `undefined` where /proc does not tell us, as of other users' processes. */
function listenerProcess(address: string, port: number): string | undefined {
  const overlaps = (host = '') => host === address || wildcards.has(host) || wildcards.has(address);
  const sockets = new Set<string>();
  for (const [inode, at] of listeningSockets(readProc))
    if (at.kind === 'tcp' && at.port === port && overlaps(at.host)) sockets.add(`socket:[${inode}]`);
  if (sockets.size === 0) return undefined;
  const pid = pids().find((each) => descriptors(each).some((link) => sockets.has(link)));
  return pid === undefined ? undefined : `${programOf(pid)} (process ${pid})`;
}

function pids(): string[] {
  return ifThere(() => readdirSync('/proc').filter((name) => /^\d+$/.test(name))) ?? [];
}

function descriptors(pid: string): string[] {
  const names = ifThere(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return names.flatMap((name) => ifThere(() => readlinkSync(`/proc/${pid}/fd/${name}`)) ?? []);
}

/** No more words of its command line than a script's path: the others may be credentials. */
function programOf(pid: string): string {
  const [program = '', script = ''] = (ifThere(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')) ?? '').split('\0');
  return [basename(program), ...(script.startsWith('/') ? [script] : [])].join(' ');
}

/** `undefined` when it ended meanwhile or is another user's. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
