import { existsSync, statSync } from 'node:fs';
import { z } from 'zod';
import { readTlsFiles, type TlsFileSettings, type TlsPaths } from './tls/tls-files.ts';

const path = (what: string) => z.string().min(1).optional().describe(what);

/** How a process reaches engines. Spread into the schema of every app that dials them, so that monitors and gateways agree. */
export const engineTransportConfigShape = {
  engineTls: z
    .enum(['off', 'verify', 'unverified'])
    .default('off')
    .describe(
      'TLS to engines listed as host:port or tcp://. off: only tls:// addresses and engines with a folder in BALEEN_ENGINE_TLS_DIR use it; verify: all do, certificates checked; unverified: all do, certificates not checked',
    ),
  engineTlsCaFile: path(
    'CA certificates (PEM) that sign the engines’ certificates; default: the system’s. Re-read when it changes',
  ),
  engineTlsCertFile: path('Our client certificate towards engines (PEM). Re-read when it changes'),
  engineTlsKeyFile: path('Key of our client certificate (PEM, not encrypted). Re-read when it changes'),
  engineTlsDir: path(
    'Folder with a folder per engine, <host>:<port> or <host>, that holds ca.pem, cert.pem and key.pem (each optional); they win over the fleet’s, and their engine is always spoken to over TLS',
  ),
  engineSshConfigFile: path(
    'Configuration of OpenSSH’s client for ssh:// engines; default: that of the user who runs this process',
  ),
} as const;

const EngineTransportConfig = z.object(engineTransportConfigShape);
export type EngineTransportConfig = Readonly<z.infer<typeof EngineTransportConfig>>;

/** Plain TCP, no certificates: what `engineTransportConfigShape` gives for an empty environment. */
export const plainEngineTransport: EngineTransportConfig = { engineTls: 'off' };

/** The fleet's own files. */
export function fleetTlsPaths(config: EngineTransportConfig): TlsPaths {
  return { ca: config.engineTlsCaFile, cert: config.engineTlsCertFile, key: config.engineTlsKeyFile };
}

/** Everything that keeps a process from starting with these settings: all problems at once, in classic's words where it had some (spec 1.6). */
export function engineTransportProblems(config: EngineTransportConfig): string[] {
  const { problems } = readTlsFiles(fleetTlsPaths(config), fleetFiles);
  const { engineTlsDir, engineSshConfigFile } = config;
  if (engineTlsDir !== undefined && !statSync(engineTlsDir, { throwIfNoEntry: false })?.isDirectory())
    problems.push(`the folder of the engines' certificates, ${engineTlsDir}, does not exist or is no folder`);
  if (engineSshConfigFile !== undefined && !existsSync(engineSshConfigFile))
    problems.push(`the ssh configuration ${engineSshConfigFile} does not exist`);
  return problems;
}

const fleetFiles: TlsFileSettings = {
  ca: {
    setting: '--engine-tlscacert or BALEEN_ENGINE_TLS_CA_FILE',
    holds: 'the CA of the engines’ certificates, PEM',
  },
  cert: {
    setting: '--engine-tlscert or BALEEN_ENGINE_TLS_CERT_FILE',
    holds: 'a client certificate that the engines take, PEM',
  },
  key: { setting: '--engine-tlskey or BALEEN_ENGINE_TLS_KEY_FILE', holds: 'the key of that certificate, PEM' },
};
