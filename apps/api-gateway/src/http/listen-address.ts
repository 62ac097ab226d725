import { BaleenError } from '#contracts';

export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string | undefined; readonly port: number; readonly text: string }
  | { readonly kind: 'unix'; readonly path: string; readonly text: string };

/** A value of `-H`: `tcp://host:port`, `host:port`, `:port` (all interfaces) or `unix:///path` (classic spec 8.13). Throws config/invalid. */
export function parseListenAddress(text: string): ListenAddress {
  const [, scheme, rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(text) ?? [];
  if (scheme === 'unix') {
    if (!rest.startsWith('/'))
      throw new BaleenError('config/invalid', `"${text}": a unix socket needs an absolute path, as in unix:///run/baleen.sock`);
    return { kind: 'unix', path: rest, text };
  }
  if (scheme !== undefined && scheme !== 'tcp') throw new BaleenError('config/invalid', `unsupported protocol: "${scheme}"`);
  const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d+)$/.exec(rest);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new BaleenError('config/invalid', `"${text}" is no address to listen on: give tcp://host:port, :port or unix:///path`);
  }
  return { kind: 'tcp', host: match[1] ?? (match[2] || undefined), port, text };
}
