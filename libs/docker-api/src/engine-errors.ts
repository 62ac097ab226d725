import { BaleenError } from '#contracts';

/** What kept a daemon from answering. */
export type UnreachableKind = 'refused' | 'reset' | 'timeout' | 'dns' | 'unreachable' | 'closed' | 'missing' | 'denied';

const kinds: Readonly<Record<string, UnreachableKind>> = {
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

const words: Readonly<Record<UnreachableKind, string>> = {
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
const neverSent: ReadonlySet<UnreachableKind> = new Set(['refused', 'timeout', 'dns', 'unreachable', 'missing', 'denied']);

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
  const kind = kinds[code] ?? 'closed';
  return new BaleenError('engine/unreachable', `cannot reach the engine at ${address}: ${words[kind]}`, {
    details: { kind, sent: !neverSent.has(kind) },
    cause: thrown,
  });
}

/** The daemon took the request and said nothing in time. */
export function answerTimeout(address: string, cause?: unknown): BaleenError {
  return new BaleenError('engine/timeout', `the engine at ${address} does not answer`, {
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
