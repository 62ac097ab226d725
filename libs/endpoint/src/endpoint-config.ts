import { z } from 'zod';
import { readTlsFiles, type TlsFileSettings, type TlsPaths } from '#docker-api';
import { flagText, readConfig } from '#service-shell';

const path = (what: string) => z.string().min(1).optional().describe(what);

/** How a gateway's listeners, those for operators included, are guarded. Spread into the schema of the gateway. */
export const endpointConfigShape = {
  tls: z
    .enum(['off', 'tls', 'verify'])
    .default('off')
    .describe(
      'TLS of the TCP listeners, admin listeners included. off: none; tls: encrypted, anybody may connect; verify: client certificates of the CA in BALEEN_TLS_CA_FILE are demanded',
    ),
  tlsCaFile: path('CA certificates (PEM) that sign the clients’ certificates. Re-read when it changes'),
  tlsCertFile: path('Certificate of the listeners, with those between it and its CA (PEM). Re-read when it changes'),
  tlsKeyFile: path('Key of that certificate (PEM, not encrypted). Re-read when it changes'),
  insecureNoAuth: flagText
    .default(false)
    .describe(
      'Listen on addresses that other machines reach though no client certificates are demanded, so that whoever reaches them is root on every engine: true or false',
    ),
  policy: path(
    'Policy file (JSON): who may ask what, and what belongs to which tenant (docs/security.md). Re-read when it changes; without one whoever the listeners let in may do everything',
  ),
  auditLog: path(
    'Where each decision of the policy is written as a line of JSON: a file, or - for standard output; without it nowhere',
  ),
  auditReads: flagText.default(false).describe('Reads that were allowed are in the audit log, too: true or false'),
  supervisorToken: path(
    'Digest (sha256:…) of the token by which the process that started the gateway may look at the fleet under a policy; `baleen manage` sets it',
  ),
} as const;

const EndpointConfigSchema = z.object(endpointConfigShape);
export type EndpointConfig = Readonly<z.infer<typeof EndpointConfigSchema>>;

/** Reads them from the environment of a gateway. Throws ConfigError. */
export function readEndpointConfig(env: NodeJS.ProcessEnv): EndpointConfig {
  return readConfig(EndpointConfigSchema, Object.keys(endpointConfigShape), env);
}

/** What `endpointConfigShape` gives for an empty environment: plain TCP, for this machine only. */
export const plainEndpoint: EndpointConfig = { tls: 'off', insecureNoAuth: false, auditReads: false };

/** The files that a listener's TLS is made of. */
export function endpointTlsPaths({ tls, tlsCaFile: ca, tlsCertFile: cert, tlsKeyFile: key }: EndpointConfig): TlsPaths {
  return { ca: tls === 'verify' ? ca : undefined, cert, key };
}

/** Everything that keeps a gateway from serving TLS with these settings, in classic's words where it had some (spec 1.6). */
export function endpointTlsProblems(config: EndpointConfig): string[] {
  const { tls, tlsCaFile, tlsCertFile, tlsKeyFile } = config;
  if (tls === 'off') return [];
  if (tlsCertFile === undefined || tlsKeyFile === undefined)
    return [`BALEEN_TLS_CERT_FILE and BALEEN_TLS_KEY_FILE must be given when BALEEN_TLS is ${tls}`];
  if (tls === 'verify' && tlsCaFile === undefined)
    return ['BALEEN_TLS_CA_FILE must be given when BALEEN_TLS is verify: it says whose client certificates are taken'];
  return readTlsFiles(endpointTlsPaths(config), endpointFiles).problems;
}

const endpointFiles: TlsFileSettings = {
  ca: { setting: '--tlscacert or BALEEN_TLS_CA_FILE', holds: 'the CA of the clients’ certificates, PEM' },
  cert: {
    setting: '--tlscert or BALEEN_TLS_CERT_FILE',
    holds: 'the gateway’s certificate, PEM (baleen certs makes one for a trial)',
  },
  key: { setting: '--tlskey or BALEEN_TLS_KEY_FILE', holds: 'the key of the gateway’s certificate, PEM' },
};
