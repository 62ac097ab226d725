import { BaleenError } from '#contracts';

export type TcpListenAddress = {
  readonly kind: 'tcp';
  readonly host: string | undefined;
  readonly port: number;
  readonly text: string;
};
export type UnixListenAddress = { readonly kind: 'unix'; readonly path: string; readonly text: string };
/** A socket that listens already and was passed to this process; `at` is where. */
export type PassedListenAddress = {
  readonly kind: 'passed';
  readonly fd: number;
  readonly at: TcpListenAddress | UnixListenAddress;
  readonly text: string;
};
export type ListenAddress = TcpListenAddress | UnixListenAddress | PassedListenAddress;

/** Where it listens, passed or not. */
export function listenPlace(address: ListenAddress): TcpListenAddress | UnixListenAddress {
  return address.kind === 'passed' ? address.at : address;
}

/** A value of `-H` that names no address by itself: one passed socket, or all of them. */
export type PassedReference = { readonly kind: 'passed'; readonly fd: number | undefined; readonly text: string };

/** Where gateways listen, and who asks one looks for it, unless told otherwise. */
export const defaultHost = 'tcp://127.0.0.1:2375';

/**
 * A value of `-H`: `tcp://host:port`, `host:port`, `:port` (all interfaces), `unix:///path` (classic spec 8.13), `fd://` (every passed
 * socket) or `fd://3`. Throws config/invalid.
 */
export function parseListenAddress(text: string): TcpListenAddress | UnixListenAddress | PassedReference {
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(text) ?? [];
  if (scheme === 'unix') {
    if (!rest.startsWith('/'))
      throw new BaleenError('config/invalid', `"${text}": a unix socket needs an absolute path, as in unix:///run/baleen.sock`);
    return { kind: 'unix', path: rest, text };
  }
  if (scheme === 'fd') {
    if (!/^\d*$/.test(rest))
      throw new BaleenError(
        'config/invalid',
        `"${text}": give fd:// for every socket that was passed, or the number of one, as in fd://3`,
      );
    return { kind: 'passed', fd: rest === '' ? undefined : Number(rest), text };
  }
  if (scheme !== undefined && scheme !== 'tcp') throw new BaleenError('config/invalid', `unsupported protocol: "${scheme}"`);
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(rest);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new BaleenError(
      'config/invalid',
      `"${text}" is no address to listen on: give tcp://host:port, :port, unix:///path or fd://`,
    );
  }
  return { kind: 'tcp', host: match[1] ?? (match[2] || undefined), port, text };
}
