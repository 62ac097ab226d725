import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readTlsFiles, type TlsFileSettings, type TlsPaths } from '#docker-api';
import type { EndpointTlsOptions } from '../flags/tls-flags.ts';
import { UsageError } from '../flags/usage-error.ts';

/** How this command line speaks TLS to a gateway: PEM texts. */
export type ClientTls = {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Whether the gateway's certificate is checked. */
  readonly rejectUnauthorized: boolean;
};

/** Flags of the commands that ask a gateway. */
export const clientTlsFlags = [
  ['--tls', 'TLS to the gateway, its certificate unchecked (or DOCKER_TLS)'],
  ['--tlsverify', 'TLS to the gateway, its certificate checked (or DOCKER_TLS_VERIFY)'],
  ['--tlscacert <file>', 'CA of the gateway’s certificate (default: ca.pem in DOCKER_CERT_PATH)'],
  ['--tlscert <file>', 'our client certificate (default: cert.pem there)'],
  ['--tlskey <file>', 'its key (default: key.pem there)'],
] as const;

/** As the docker CLI reads flags and environment: files that are not named and not there are left out. `undefined` = no TLS. Throws UsageError. */
export function clientTls(
  options: Pick<EndpointTlsOptions, 'tls' | 'tlsverify' | 'tlscacert' | 'tlscert' | 'tlskey'>,
  env: NodeJS.ProcessEnv,
): ClientTls | undefined {
  const isChecked = options.tlsverify === true || (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!isChecked && options.tls !== true && (env['DOCKER_TLS'] ?? '') === '') return undefined;
  const folder = env['DOCKER_CERT_PATH'] || join(homedir(), '.docker');
  const found = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : undefined);
  const paths: TlsPaths = {
    ca: options.tlscacert ?? found('ca.pem'),
    cert: options.tlscert ?? found('cert.pem'),
    key: options.tlskey ?? found('key.pem'),
  };
  const { contents, problems } = readTlsFiles(paths, clientFiles);
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return { ...contents, rejectUnauthorized: isChecked };
}

const clientFiles: TlsFileSettings = {
  ca: { setting: '--tlscacert or DOCKER_CERT_PATH', holds: 'the CA of the gateway’s certificate, PEM' },
  cert: { setting: '--tlscert or DOCKER_CERT_PATH', holds: 'a client certificate that the gateway takes, PEM' },
  key: { setting: '--tlskey or DOCKER_CERT_PATH', holds: 'the key of that certificate, PEM' },
};
