import { accessSync, constants } from 'node:fs';
import { readTlsFiles, type TlsPaths } from '#docker-api';
import { fileFailure } from '#service-shell';

/** What a file is given with, as in `--tlskey or BALEEN_TLS_KEY_FILE`, and what it is to be. */
export type TlsFileSetting = { readonly setting: string; readonly holds: string };
export type TlsFileSettings = Readonly<Record<keyof TlsPaths, TlsFileSetting>>;

/** As `readTlsFiles` reads them, with its problems (spec 1.6); those of files that are not there, or not for us to read, with setting and remedy. */
export function readSetTlsFiles(paths: TlsPaths, settings: TlsFileSettings): ReturnType<typeof readTlsFiles> {
  const unread = (kind: keyof TlsPaths) => {
    const path = paths[kind];
    const failure = path === undefined ? undefined : accessFailure(path);
    const { setting, holds } = settings[kind];
    return failure === undefined ? [] : [`${path} (${setting}): ${failure}; give ${holds}`];
  };
  const { ca, cert, key } = paths;
  const ofCa = unread('ca').map((problem) => `Couldn't read CA certificate: ${problem}`);
  const ofPair = [...unread('cert'), ...unread('key')].map(
    (problem) => `Couldn't load X509 key pair (${cert}, ${key}): ${problem}`,
  );
  const { contents, problems } = readTlsFiles({ ...(ofCa.length === 0 && { ca }), ...(ofPair.length === 0 && { cert, key }) });
  return { contents, problems: [...ofCa, ...ofPair, ...problems] };
}

function accessFailure(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return fileFailure(error);
  }
}
