import { BaleenError } from '#contracts';

/** An entry of a foreign store may be anything; no address is longer than a host name, a user and a path. */
const addressMaxLength = 512;
const portMax = 65_535;

/**
 * One engine's address: `host:port`, `[IPv6]:port`, `tcp://…` (read as without), `tls://host:port`, `unix:///path` or
 * `ssh://[user@]host[:port][/path]`. No name is resolved; a port that no engine can have is refused, as classic did not (spec 2.1).
 * Throws discovery/invalid with the text classic's users know.
 */
export function parseAddress(item: string): string {
  if (item.length > addressMaxLength) {
    throw invalidAddress(`${item.slice(0, 64)}…`, `longer than ${addressMaxLength} characters`);
  }
  if (item.startsWith('unix://')) {
    if (!item.startsWith('unix:///')) throw invalidAddress(item, 'path of a unix socket must be absolute');
    return item;
  }
  if (item.startsWith('ssh://')) return parseSsh(item);
  if (item.startsWith('tls://')) return `tls://${parseHostPort(item.slice('tls://'.length))}`;
  if (item.startsWith('nats://')) {
    const problem =
      'an agent lists itself, its address is not written into a list (the URL of NATS belongs to baleen join --nats)';
    throw invalidAddress(maskLogin(item), problem);
  }
  if (item.startsWith('tcp://')) return parseHostPort(item.slice('tcp://'.length));
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(item)?.[1];
  if (scheme !== undefined) throw invalidAddress(item, `no engine is reached by ${scheme}:// (but tcp, tls, unix, ssh)`);
  return parseHostPort(item);
}

/** For messages: what stands before a host may be a password, and hold an `@` itself. */
export function maskLogin(text: string): string {
  return text.replace(/^([a-z]+:\/\/)?.*@/is, '$1***@');
}

function parseHostPort(item: string): string {
  if (item.startsWith('[')) return parseBracketed(item);
  const colon = item.lastIndexOf(':');
  if (colon < 0) throw invalidAddress(item, 'missing port in address');
  if (item.indexOf(':') !== colon) throw invalidAddress(item, 'too many colons in address');
  if (/[[\]]/.test(item)) throw invalidAddress(item, `unexpected '${item.includes('[') ? '[' : ']'}' in address`);
  requirePort(item, colon);
  return item;
}

function parseBracketed(item: string): string {
  const end = item.indexOf(']');
  if (end < 0) throw invalidAddress(item, "missing ']' in address");
  const rest = item.slice(end + 1);
  if (!rest.startsWith(':')) throw invalidAddress(item, 'missing port in address');
  if (rest.indexOf(':', 1) > 0) throw invalidAddress(item, 'too many colons in address');
  requirePort(item, end + 1);
  return item;
}

function requirePort(item: string, colon: number): void {
  const port = item.slice(colon + 1);
  if (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= portMax) return;
  throw invalidAddress(item, `the port must be a number from 1 to ${portMax}, as in ${item.slice(0, colon)}:2375`);
}

function parseSsh(item: string): string {
  if (!/^ssh:\/\/(?:[^@/\s]+@)?(?:\[[^\]/]+\]|[^:/@\s[\]]+)(?::\d+)?(?:\/.*)?$/.test(item)) {
    throw invalidAddress(item, 'it must be ssh://[user@]host[:port][/path/to/docker.sock]');
  }
  return item;
}

function invalidAddress(item: string, problem: string): BaleenError {
  return new BaleenError('discovery/invalid', item === '' ? problem : `address ${item}: ${problem}`);
}
