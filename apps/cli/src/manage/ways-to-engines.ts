import { type EngineTransportConfig, engineTransportProblems, fleetTlsPaths, plainEngineTransport } from '#docker-api';
import { readSetTlsFiles, type TlsFileSettings } from '#endpoint';
import type { EngineTransportSettings } from '../flags/tls-flags.ts';

/** What would keep monitors and gateways from dialling engines, as far as the flags say; the rest is for those who dial to check. */
export function waysToEnginesProblems(given: EngineTransportSettings): string[] {
  const config: EngineTransportConfig = {
    ...plainEngineTransport,
    ...given,
    engineTls: given.engineTls ?? plainEngineTransport.engineTls,
  };
  const noFiles = { engineTlsCaFile: undefined, engineTlsCertFile: undefined, engineTlsKeyFile: undefined };
  return [...readSetTlsFiles(fleetTlsPaths(config), engineFiles).problems, ...engineTransportProblems({ ...config, ...noFiles })];
}

const engineFiles: TlsFileSettings = {
  ca: { setting: '--engine-tlscacert', holds: 'the CA of the engines’ certificates, PEM' },
  cert: { setting: '--engine-tlscert', holds: 'a client certificate that the engines take, PEM' },
  key: { setting: '--engine-tlskey', holds: 'the key of that certificate, PEM' },
};
