import { BaleenError } from '#contracts';

/** Where a daemon listens. */
export type EngineAddress =
  | { readonly kind: 'tcp' /** Without brackets. */; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** Reads `host:port`, `tcp://host:port`, `[v6]:port` or `unix:///path`; throws discovery/invalid naming what is wrong. */
export function parseEngineAddress(text: string): EngineAddress {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length);
    if (!path.startsWith('/')) throw invalid(text, 'a socket needs an absolute path, as in unix:///var/run/docker.sock');
    return { kind: 'unix', path };
  }
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1];
  if (scheme !== undefined && scheme !== 'tcp') throw invalid(text, `the scheme ${scheme} is not known, use tcp:// or unix://`);
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d+)$/.exec(text.replace(/^tcp:\/\//, ''));
  if (match === null) throw invalid(text, 'it must be host:port, as in 10.0.0.1:2375 (IPv6 in brackets)');
  const host = match[1] ?? match[2] ?? '';
  const port = Number(match[3]);
  if (host === '') throw invalid(text, 'the host is missing');
  if (port < 1 || port > 65_535) throw invalid(text, 'the port must be from 1 to 65535');
  return { kind: 'tcp', host, port };
}

/** The form users write. */
export function showEngineAddress(address: EngineAddress): string {
  if (address.kind === 'unix') return `unix://${address.path}`;
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

function invalid(text: string, reason: string): BaleenError {
  return new BaleenError('discovery/invalid', `invalid engine address ${JSON.stringify(text)}: ${reason}`);
}
