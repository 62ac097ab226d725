import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Node's form of the alternative names: values with special letters are quoted as JSON, so that none can pass for two. */
const alternativeName = /(DNS|URI|email|[\w ]+):("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/gy;

const known = new WeakMap<Socket, readonly string[]>();

/** Names in the certificate that the peer of a connection has proved to hold, as `CN:…`, `DNS:…`, `URI:…`, `email:…`; none without one. */
export function peerNames(socket: Socket): readonly string[] {
  const kept = known.get(socket);
  if (kept !== undefined) return kept;
  const names = readPeerNames(socket);
  known.set(socket, names);
  return names;
}

function readPeerNames(socket: Socket): string[] {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return [];
  const { subject, subjectaltname = '' } = socket.getPeerCertificate();
  // Several common names come as a list: which one counts nobody can say.
  const common: unknown = subject?.CN;
  return [...(typeof common === 'string' ? [`CN:${common}`] : []), ...alternativeNames(subjectaltname)];
}

/** Of `subjectaltname`, what a policy can name. A text that is not wholly in Node's form has none. */
export function alternativeNames(text: string): string[] {
  const names: string[] = [];
  let end = 0;
  for (const { 0: whole, 1: kind = '', 2: value = '', index } of text.matchAll(alternativeName)) {
    end = index + whole.length;
    if (kind === 'DNS' || kind === 'URI' || kind === 'email') names.push(`${kind}:${unquoted(value)}`);
  }
  return end === text.length ? names : [];
}

function unquoted(value: string): string {
  return value.startsWith('"') ? (JSON.parse(value) as string) : value;
}
