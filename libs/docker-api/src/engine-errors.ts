import { BaleenError } from '#contracts';
import { tlsReason } from './transport/tls/tls-reasons.ts';

/** What kept a daemon from answering. */
export type UnreachableKind =
  | 'refused'
  | 'reset'
  | 'timeout'
  | 'dns'
  | 'unreachable'
  | 'closed'
  | 'missing'
  | 'denied'
  | 'tls'
  | 'ssh';

const kinds: Readonly<Record<string, Exclude<UnreachableKind, 'tls' | 'ssh'>>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'closed',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ENOENT: 'missing',
  EACCES: 'denied',
};

const words: Readonly<Record<Exclude<UnreachableKind, 'tls' | 'ssh'>, string>> = {
  refused: 'connection refused: no daemon listens there',
  reset: 'the connection was reset',
  timeout: 'no answer to the connection attempt',
  dns: 'the host name does not resolve',
  unreachable: 'no route to the host',
  closed: 'the daemon closed the connection before it answered',
  missing: 'the socket does not exist: no daemon listens there',
  denied: 'permission to open the socket is denied',
};

/** Failures of which it is certain that the request never reached the daemon. */
const neverSent: ReadonlySet<UnreachableKind> = new Set([
  'refused',
  'timeout',
  'dns',
  'unreachable',
  'missing',
  'denied',
  'tls',
  'ssh',
]);

/**
 * Turns what undici or a socket threw into a BaleenError: engine/unreachable (`details.kind`, and `details.sent`: whether the daemon may have
 * got the request), engine/timeout (no head in time) or engine/bad-answer (not HTTP).
 */
export function engineFailure(address: string, thrown: unknown): BaleenError {
  if (thrown instanceof BaleenError) return thrown;
  const code = codeOf(thrown);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return answerTimeout(address, thrown);
  if (isParserError(thrown, code)) {
    return new BaleenError(
      'engine/bad-answer',
      `what listens at ${address} does not speak HTTP: is it a Docker daemon (without TLS)?`,
      { cause: thrown },
    );
  }
  const { kind, reason } = whyUnreachable(thrown);
  return new BaleenError('engine/unreachable', `cannot reach the engine at ${address}: ${reason}`, {
    details: { kind, sent: !neverSent.has(kind) },
    cause: thrown,
  });
}

/** What a failed connection threw, in words that a person can act on. */
export function whyUnreachable(thrown: unknown): { readonly kind: UnreachableKind; readonly reason: string } {
  const tls = tlsReason(thrown) ?? (thrown instanceof Error ? tlsReason(thrown.cause) : undefined);
  if (tls !== undefined) return { kind: 'tls', reason: tls };
  const kind = kinds[codeOf(thrown)] ?? 'closed';
  return { kind, reason: words[kind] };
}

/** What Go's HTTPS server says, in plain HTTP, to a client that spoke plain HTTP. */
export const plainToTlsText = 'Client sent an HTTP request to an HTTPS server';

/** The reason when a daemon that speaks TLS was spoken to without, `undefined` for any other answer. */
export function plainToTls(address: string, status: number, body: string): BaleenError | undefined {
  if (status !== 400 || !body.includes(plainToTlsText)) return undefined;
  const remedy = `list it as tls://${address}, or turn TLS on for the fleet (--tlsverify, BALEEN_ENGINE_TLS)`;
  return new BaleenError('engine/bad-answer', `the engine at ${address} speaks TLS, and it was spoken to without: ${remedy}`);
}

/** The daemon took the request and said nothing in time. `request` names it, without its query: that may carry build arguments. */
export function answerTimeout(
  address: string,
  cause?: unknown,
  request?: { method: string; path: string; timeoutMs: number },
): BaleenError {
  const detail =
    request === undefined ? '' : ` (${request.method} ${request.path.split('?')[0]} took longer than ${request.timeoutMs} ms)`;
  return new BaleenError('engine/timeout', `the engine at ${address} does not answer${detail}`, {
    details: { kind: 'timeout', sent: true },
    cause,
  });
}

function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return '';
  const code = (thrown as NodeJS.ErrnoException).code;
  if (code !== undefined && code !== 'UND_ERR_SOCKET') return code;
  if (thrown instanceof AggregateError) return codeOf(thrown.errors[0]);
  return thrown.cause === undefined ? (code ?? '') : codeOf(thrown.cause) || (code ?? '');
}

function isParserError(thrown: unknown, code: string): boolean {
  return code.startsWith('HPE_') || (thrown instanceof Error && thrown.name === 'HTTPParserError');
}
