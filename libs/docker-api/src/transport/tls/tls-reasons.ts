/** What Node and OpenSSL throw from a TLS connection, as far as it is read here. */
type TlsFailure = Error & {
  readonly code?: string;
  readonly syscall?: string;
  /** OpenSSL's words, of ERR_SSL_*. */
  readonly reason?: string;
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
};

const remedyForCa =
  'give its CA certificate with --tlscacert (BALEEN_ENGINE_TLS_CA_FILE) or as ca.pem in the folder of the engine (--engine-tls-dir)';
/** One sentence for none and for a wrong one: daemons of Go before 1.21 complain alike of both. */
const clientCertificate =
  'the engine wants a client certificate signed by the CA it was given, and got none or another: give one with --tlscert and --tlskey (BALEEN_ENGINE_TLS_CERT_FILE, …_KEY_FILE) or as cert.pem and key.pem in the folder of the engine (--engine-tls-dir)';
const unknownCa = `the engine's certificate is signed by an unknown CA: ${remedyForCa}`;

const byCode: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "the engine's certificate has expired: give the daemon a new one",
  CERT_NOT_YET_VALID:
    "the engine's certificate is not valid yet: compare the clocks of the two machines, or give the daemon another one",
  CERT_REVOKED: "the engine's certificate is revoked: give the daemon another one",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT: unknownCa,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownCa,
  SELF_SIGNED_CERT_IN_CHAIN: unknownCa,
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownCa,
  CERT_SIGNATURE_FAILURE: unknownCa,
};

/** Names of OpenSSL's errors end in these; what comes before differs between protocol versions. */
const byEnding: readonly (readonly [RegExp, string])[] = [
  [/ALERT_CERTIFICATE_EXPIRED$/, 'the engine refuses our client certificate because it has expired: replace its file'],
  [
    /ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE|NO_CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_REVOKED|CERTIFICATE_UNKNOWN|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR)$/,
    clientCertificate,
  ],
  [/(ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL)$/, 'the engine speaks no TLS 1.2 or later: upgrade it'],
  [
    /(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|RECORD_LAYER_FAILURE)$/,
    'what listens there speaks no TLS: if it is a daemon without TLS, list it as tcp:// with TLS off for it',
  ],
];

/** What went wrong in TLS and what to do about it; `undefined` for a failure of another kind. */
export function tlsReason(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const failure = thrown as TlsFailure;
  const code = failure.code ?? '';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongName(failure);
  const known = byCode[code] ?? byEnding.find(([ending]) => ending.test(code))?.[1];
  if (known !== undefined) return known;
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO')
    return `TLS failed: ${failure.reason ?? failure.message}`;
  // Node's own error for an end in the middle of the handshake: no system call failed, and it names the host.
  if (code === 'ECONNRESET' && failure.syscall === undefined && failure.host !== undefined)
    return 'the connection was closed during the TLS handshake: what listens there speaks no TLS, or refuses our client certificate';
  return undefined;
}

function wrongName({ host, cert }: TlsFailure): string {
  const names = cert?.subjectaltname ?? 'no name at all';
  return `the engine's certificate is not for ${host} but for ${names}: list the engine by a name of its certificate, or give the daemon another one`;
}
