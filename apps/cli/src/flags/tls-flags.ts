import { resolve } from 'node:path';
import type { EngineTransportConfig } from '#docker-api';
import type { EndpointConfig } from '#endpoint';
import { UsageError } from './usage-error.ts';

/** Classic's flags, and what says that no client certificates are wanted. */
export type EndpointTlsOptions = {
  readonly tls?: boolean;
  readonly tlsverify?: boolean;
  readonly tlscacert?: string;
  readonly tlscert?: string;
  readonly tlskey?: string;
  readonly insecureNoAuth?: boolean;
  readonly policy?: string;
  readonly auditLog?: string;
  readonly auditReads?: boolean;
};

export type EngineTlsOptions = {
  readonly engineTls?: string;
  readonly engineTlscacert?: string;
  readonly engineTlscert?: string;
  readonly engineTlskey?: string;
  readonly engineTlsDir?: string;
  readonly engineSshConfig?: string;
};

/** What the flags say of the gateways' listeners; what they do not say is left to the environment. */
export type EndpointSettings = { readonly [K in keyof EndpointConfig]?: EndpointConfig[K] | undefined };
/** The same of the ways to engines. */
export type EngineTransportSettings = { readonly [K in keyof EngineTransportConfig]?: EngineTransportConfig[K] | undefined };

/** Throws UsageError in classic's words (spec 1.6). */
export function endpointFlags({
  tls,
  tlsverify,
  tlscacert,
  tlscert,
  tlskey,
  insecureNoAuth,
  policy,
  auditLog,
  auditReads,
}: EndpointTlsOptions): EndpointSettings {
  const asked = tls === true || tlsverify === true;
  if (!asked && [tlscacert, tlscert, tlskey].some((file) => file !== undefined))
    throw new UsageError('--tlscert, --tlskey and --tlscacert require the use of either --tls or --tlsverify');
  if (asked && (tlscert === undefined || tlskey === undefined))
    throw new UsageError(
      `--tlscert and --tlskey must be provided when using --tls${tlsverify ? 'verify' : ''}: files of the gateway’s certificate and its key${tlsverify && tlscacert === undefined ? ', and --tlscacert, the CA of clients’ certificates' : ''} (baleen certs makes them for a trial)`,
    );
  if (policy === undefined && (auditLog !== undefined || auditReads === true))
    throw new UsageError('--audit-log and --audit-reads tell of the decisions of a policy: give one with --policy');
  if (tlsverify && tlscacert === undefined)
    throw new UsageError('--tlscacert must be provided when using --tlsverify: the file with the CA of clients’ certificates');
  return {
    tls: tlsverify ? 'verify' : tls ? 'tls' : undefined,
    tlsCaFile: tlscacert,
    tlsCertFile: tlscert,
    tlsKeyFile: tlskey,
    insecureNoAuth: insecureNoAuth === true ? true : undefined,
    policy: policy === undefined ? undefined : resolve(policy),
    auditLog: auditLog === undefined || auditLog === '-' ? auditLog : resolve(auditLog),
    auditReads: auditReads === true ? true : undefined,
  };
}

/** In classic one key pair served listeners and engines: what no flag says of the engines is as the flags say of the endpoint. Throws UsageError. */
export function engineTransportFlags(options: EngineTlsOptions, endpoint: EndpointSettings): EngineTransportSettings {
  const engineTls = engineTlsMode(options.engineTls) ?? sameForEngines[endpoint.tls ?? 'off'];
  const { engineTlscacert: ca, engineTlscert: cert, engineTlskey: key } = options;
  const isOn = engineTls !== undefined && engineTls !== 'off';
  if (!isOn && [ca, cert, key].some((file) => file !== undefined))
    throw new UsageError('--engine-tlscert, --engine-tlskey and --engine-tlscacert require --engine-tls verify or unverified');
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError('--engine-tlscert and --engine-tlskey must be given together');
  const pair = cert === undefined ? { cert: endpoint.tlsCertFile, key: endpoint.tlsKeyFile } : { cert, key };
  return {
    engineTls,
    ...(isOn && { engineTlsCaFile: ca ?? endpoint.tlsCaFile, engineTlsCertFile: pair.cert, engineTlsKeyFile: pair.key }),
    engineTlsDir: options.engineTlsDir,
    engineSshConfigFile: options.engineSshConfig,
  };
}

const sameForEngines = { off: undefined, tls: 'unverified', verify: 'verify' } as const;

function engineTlsMode(given: string | undefined): EngineTransportConfig['engineTls'] | undefined {
  if (given === undefined || given === 'off' || given === 'verify' || given === 'unverified') return given;
  throw new UsageError(`--engine-tls takes off, verify or unverified, not ${JSON.stringify(given)}`);
}

/** Environment of a gateway, as far as the flags say. */
export function endpointEnv(given: EndpointSettings): Record<string, string> {
  return said({
    BALEEN_TLS: given.tls,
    BALEEN_TLS_CA_FILE: given.tlsCaFile,
    BALEEN_TLS_CERT_FILE: given.tlsCertFile,
    BALEEN_TLS_KEY_FILE: given.tlsKeyFile,
    BALEEN_INSECURE_NO_AUTH: given.insecureNoAuth === undefined ? undefined : String(given.insecureNoAuth),
    BALEEN_POLICY: given.policy,
    BALEEN_AUDIT_LOG: given.auditLog,
    BALEEN_AUDIT_READS: given.auditReads === undefined ? undefined : String(given.auditReads),
    BALEEN_SUPERVISOR_TOKEN: given.supervisorToken,
  });
}

/** Environment of whoever dials engines, as far as the flags say. */
export function engineTransportEnv(given: EngineTransportSettings): Record<string, string> {
  return said({
    BALEEN_ENGINE_TLS: given.engineTls,
    BALEEN_ENGINE_TLS_CA_FILE: given.engineTlsCaFile,
    BALEEN_ENGINE_TLS_CERT_FILE: given.engineTlsCertFile,
    BALEEN_ENGINE_TLS_KEY_FILE: given.engineTlsKeyFile,
    BALEEN_ENGINE_TLS_DIR: given.engineTlsDir,
    BALEEN_ENGINE_SSH_CONFIG_FILE: given.engineSshConfigFile,
  });
}

function said(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
