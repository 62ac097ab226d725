import { type ApiVersion, clampVersion } from '#docker-api';
import type { EngineTarget } from './container-locator.ts';

/** Header fields that belong to one connection, not to the message (RFC 9110, 7.6.1); each side of the gateway makes its own. */
const connectionFields = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
  // Answered by the gateway's own HTTP server.
  'expect',
  // Names the gateway.
  'host',
]);

/** Where a body ends: a message that loses them ends elsewhere for whoever reads it next, whatever `Connection` names. */
const framingFields: ReadonlySet<string> = new Set(['content-length', 'transfer-encoding']);

/** The path to ask the engine for: its own version of the API, nearest to the client's. `path` has neither version nor query. */
export function enginePath(engine: EngineTarget, version: ApiVersion, path: string, rawQuery: string): string {
  const clamped = clampVersion(version, { min: engine.minApiVersion, max: engine.apiVersion });
  return `/v${clamped}${path}${rawQuery === '' ? '' : `?${rawQuery}`}`;
}

/** The client's head for an engine; repeated lines stay apart (BuildKit's method lines break when joined, docker-api.md 1.1). */
export function requestHead(method: string, rawHeaders: readonly string[]): string[] {
  const head = ['Host', 'docker', ...withoutConnectionFields(rawHeaders)];
  const framed = hasField(head, 'content-length') || hasField(head, 'transfer-encoding');
  if (!framed && method !== 'GET' && method !== 'HEAD' && method !== 'DELETE') head.push('Content-Length', '0');
  return head;
}

/** The same for a request whose connection is to become a session: one body of known length, `Upgrade` as the client sent it. */
export function sessionHead(method: string, rawHeaders: readonly string[], bodyLength: number): string[] {
  const head = requestHead('GET', withoutFraming(rawHeaders));
  if (method !== 'GET' || bodyLength > 0) head.push('Content-Length', String(bodyLength));
  const upgrade = fieldOf(rawHeaders, 'upgrade');
  if (upgrade === undefined) head.push('Connection', 'close');
  else head.push('Connection', 'Upgrade', 'Upgrade', upgrade);
  return head;
}

/** The head, as text, of a request whose body goes as it came; the engine closes the connection behind its answer. */
export function bulkHead(method: string, path: string, rawHeaders: readonly string[]): string {
  return headText(`${method} ${path} HTTP/1.1`, [...requestHead(method, rawHeaders), 'Connection', 'close']);
}

/** The head for an engine of a body that several may get as it came: what it is and how it is framed, nothing else of the client's. */
export function uploadHead(rawHeaders: readonly string[]): string[] {
  const head = ['Host', 'docker', 'Content-Type', fieldOf(rawHeaders, 'content-type') ?? 'application/x-tar'];
  const chunked = fieldOf(rawHeaders, 'transfer-encoding');
  if (chunked !== undefined) return [...head, 'Transfer-Encoding', chunked];
  return [...head, 'Content-Length', fieldOf(rawHeaders, 'content-length') ?? '0'];
}

/** Node frames the body anew: chunked, or by closing for an HTTP/1.0 client. What a browser may do with an answer is the gateway's to say. */
const answeredAnew: ReadonlySet<string> = new Set(['transfer-encoding', 'content-security-policy', 'x-content-type-options']);

/** An engine's head for the client; the API version it names is the gateway's, or it would contradict the ping. */
export function answerHead(rawHeaders: readonly string[], version: ApiVersion): string[] {
  return withApiVersion(withoutFields(withoutConnectionFields(rawHeaders), answeredAnew), version);
}

/** The head of a session, as bytes: every line is the engine's. */
export function sessionAnswerHead(status: number, reason: string, rawHeaders: readonly string[], version: ApiVersion): string {
  return headText(`HTTP/1.1 ${status} ${reason}`, withApiVersion(rawHeaders, version));
}

export function withoutFraming(rawHeaders: readonly string[]): string[] {
  return withoutFields(rawHeaders, framingFields);
}

function headText(first: string, fields: readonly string[]): string {
  const lines = [first];
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function fieldOf(rawHeaders: readonly string[], name: string): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) return rawHeaders[i + 1];
  }
  return undefined;
}

function hasField(rawHeaders: readonly string[], name: string): boolean {
  return fieldOf(rawHeaders, name) !== undefined;
}

function withApiVersion(rawHeaders: readonly string[], version: ApiVersion): string[] {
  return rawHeaders.map((text, i) => (i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'api-version' ? version : text));
}

function withoutConnectionFields(rawHeaders: readonly string[]): string[] {
  const named = fieldOf(rawHeaders, 'connection')?.toLowerCase().split(',') ?? [];
  const options = named.map((name) => name.trim()).filter((name) => !framingFields.has(name));
  return withoutFields(rawHeaders, new Set([...connectionFields, ...options]));
}

function withoutFields(rawHeaders: readonly string[], names: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const [name = '', value = ''] = [rawHeaders[i], rawHeaders[i + 1]];
    if (!names.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
