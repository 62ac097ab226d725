import { agentAddress, BaleenError, plainToken } from '#contracts';

/** Where a daemon listens, and how it is spoken to. */
export type EngineAddress = TcpAddress | TlsAddress | UnixAddress | SshAddress | AgentAddress;

/** Plain, unless TLS is configured for the fleet or for this engine. */
export type TcpAddress = { readonly kind: 'tcp' /** Without brackets. */; readonly host: string; readonly port: number };
/** TLS whatever is configured. */
export type TlsAddress = { readonly kind: 'tls' /** Without brackets. */; readonly host: string; readonly port: number };
export type UnixAddress = { readonly kind: 'unix'; readonly path: string };
export type SshAddress = {
  readonly kind: 'ssh';
  /** Absent = what OpenSSH's configuration says. */
  readonly user?: string;
  /** A name, an address without brackets, or a `Host` of OpenSSH's configuration. */
  readonly host: string;
  /** Absent = what OpenSSH's configuration says. */
  readonly port?: number;
  /** The daemon's socket on that host. */
  readonly socketPath: string;
};
/** Behind an agent that dialled in over NATS: it has no address of its own. */
export type AgentAddress = { readonly kind: 'agent'; readonly id: string };

const defaultSocketPath = '/var/run/docker.sock';

/**
 * Reads `host:port`, `tcp://host:port`, `tls://host:port`, `[v6]:port`, `unix:///path`, `ssh://[user@]host[:port][/socket/path]` or
 * `nats://<agent>`; throws discovery/invalid naming what is wrong.
 */
export function parseEngineAddress(text: string): EngineAddress {
  const [, scheme = 'tcp', rest = text] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(text) ?? [];
  switch (scheme) {
    case 'tcp':
    case 'tls':
      return { kind: scheme, ...parseHostPort(text, rest) };
    case 'unix':
      return { kind: 'unix', path: parseSocketPath(text, rest) };
    case 'ssh':
      return parseSsh(text, rest);
    case 'nats':
      return parseAgent(text, rest);
    default:
      throw invalid(text, `the scheme ${scheme} is not known, use tcp://, tls://, ssh://, unix:// or nats://`);
  }
}

/** The form users write. */
export function showEngineAddress(address: EngineAddress): string {
  switch (address.kind) {
    case 'unix':
      return `unix://${address.path}`;
    case 'tcp':
      return `${bracketed(address.host)}:${address.port}`;
    case 'tls':
      return `tls://${bracketed(address.host)}:${address.port}`;
    case 'agent':
      return agentAddress(address.id);
    case 'ssh': {
      const { user, host, port, socketPath } = address;
      const path = socketPath === defaultSocketPath ? '' : socketPath;
      return `ssh://${user === undefined ? '' : `${user}@`}${bracketed(host)}${port === undefined ? '' : `:${port}`}${path}`;
    }
  }
}

function parseHostPort(text: string, rest: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d+)$/.exec(rest);
  if (match === null) throw invalid(text, 'it must be host:port, as in 10.0.0.1:2375 (IPv6 in brackets)');
  const host = match[1] ?? match[2] ?? '';
  if (host === '') throw invalid(text, 'the host is missing');
  return { host, port: parsePort(text, match[3] ?? '') };
}

function parsePort(text: string, digits: string): number {
  const port = Number(digits);
  if (port < 1 || port > 65_535) throw invalid(text, 'the port must be from 1 to 65535');
  return port;
}

function parseSocketPath(text: string, path: string): string {
  if (!path.startsWith('/')) throw invalid(text, 'a socket needs an absolute path, as in unix:///var/run/docker.sock');
  return path;
}

/** What becomes an argument of `ssh`: nothing in it may look like an option, a token (`%h`) or another argument. */
const sshName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const sshSocketPath = /^\/[A-Za-z0-9_./+@-]+$/;

function parseSsh(text: string, rest: string): SshAddress {
  const match = /^(?:([^@/]*)@)?(?:\[([^\]]+)\]|([^:/[\]@]*))(?::(\d+))?(\/.*)?$/s.exec(rest);
  if (match === null) throw invalid(text, 'it must be ssh://[user@]host[:port][/path/of/docker.sock]');
  const [, user, v6, name = '', digits, path = ''] = match;
  if (user?.includes(':')) throw invalid(text.replace(/:[^:@]*@/, ':***@'), 'a password cannot stand in it, use a key');
  if (user !== undefined && !sshName.test(user)) throw invalid(text, `${JSON.stringify(user)} is no user name`);
  const host = v6 ?? name;
  if (host === '') throw invalid(text, 'the host is missing');
  const isHost = v6 === undefined ? sshName.test(host) : /^[0-9a-f:.]+$/i.test(host);
  if (!isHost) throw invalid(text, `${JSON.stringify(host)} is no host name`);
  const socketPath = path === '' || path === '/' ? defaultSocketPath : path;
  if (!sshSocketPath.test(socketPath))
    throw invalid(text, 'the path of the socket may hold letters, digits and _ . / + @ - only');
  return {
    kind: 'ssh',
    ...(user === undefined ? {} : { user }),
    host,
    ...(digits === undefined ? {} : { port: parsePort(text, digits) }),
    socketPath,
  };
}

function parseAgent(text: string, id: string): AgentAddress {
  if (plainToken.test(id)) return { kind: 'agent', id };
  const reason =
    'an agent is named by its id alone, as in nats://3f9c0a1b2c3d4e5f (the URL of NATS belongs to baleen join --nats)';
  // What stands before a host there is a password or a token, and may hold an `@` itself.
  throw invalid(text.replace(/\/\/.*@/s, '//***@'), reason);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function invalid(text: string, reason: string): BaleenError {
  return new BaleenError('discovery/invalid', `invalid engine address ${JSON.stringify(text)}: ${reason}`);
}
