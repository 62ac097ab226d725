import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { fileFailure, fileSignature } from '#service-shell';

/** Paths of PEM files. */
export type TlsPaths = {
  /** Absent = the system's CAs. */
  readonly ca?: string | undefined;
  /** Our certificate and its key: both or neither. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
};

/** What a file is given with, as in `--tlskey or BALEEN_TLS_KEY_FILE`, and what it is to be. */
export type TlsFileSetting = { readonly setting: string; readonly holds: string };
export type TlsFileSettings = Readonly<Record<keyof TlsPaths, TlsFileSetting>>;

type Contents = { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined };

/**
 * Reads and checks the files; `problems` has classic's texts (spec 1.6) and is empty when they can be used. What cannot be read is told with its
 * setting and the remedy, where they are `given` with settings.
 */
export function readTlsFiles(
  paths: TlsPaths,
  given?: TlsFileSettings,
): { readonly contents: Contents; readonly problems: string[] } {
  const problems: string[] = [];
  const ofCa = "Couldn't read CA certificate: ";
  const ofPair = `Couldn't load X509 key pair (${paths.cert}, ${paths.key}): `;
  const textOf = (kind: keyof TlsPaths, before: string) => {
    const path = paths[kind];
    return path === undefined ? undefined : tried(problems, before, () => readText(path, given?.[kind]));
  };
  const caText = textOf('ca', ofCa);
  const ca = caText === undefined ? undefined : tried(problems, ofCa, () => withCertificates(caText, paths.ca));
  if ((paths.cert === undefined) !== (paths.key === undefined)) {
    problems.push(`a client certificate and its key must be given together, and there is only ${paths.cert ?? paths.key}`);
    return { contents: { ca }, problems };
  }
  const [cert, key] = [textOf('cert', ofPair), textOf('key', ofPair)];
  if (cert === undefined || key === undefined) return { contents: { ca }, problems };
  const pair = tried(problems, ofPair, () => matching(cert, key));
  return { contents: { ca, ...pair }, problems };
}

/** What a TLS client needs of the contents of files that have no problems. */
export function secureContextOf(contents: Contents, verify: boolean): SecureContext {
  const ca = contents.ca ?? (verify ? systemCas() : undefined);
  return createSecureContext({ ...contents, ca, minVersion: 'TLSv1.2' });
}

/** Changes when a file is replaced, written to, or comes or goes; follows links, as a mounted secret is swapped by one. */
export function signatureOf({ ca, cert, key }: TlsPaths): string {
  return [ca, cert, key].map((path) => (path === undefined ? '' : fileSignature(path))).join(' ');
}

function readText(path: string, given: TlsFileSetting | undefined): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const failure = fileFailure(cause);
    const told = given === undefined ? `${path}: ${failure}` : `${path} (${given.setting}): ${failure}; give ${given.holds}`;
    throw new Error(told, { cause });
  }
}

/** OpenSSL takes a file without certificates for an empty list, and then every engine would have an unknown CA. */
function withCertificates(text: string, path: string | undefined): string {
  try {
    firstCertificate(text);
    return text;
  } catch (cause) {
    throw new Error(`${path} holds no PEM certificate`, { cause });
  }
}

function matching(cert: string, key: string): { cert: string; key: string } {
  try {
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (cause) {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}. Key encrypted?`, { cause });
  }
}

const firstCertificate = (pem: string) => new X509Certificate(pem);

/** The machine's and the ones Node brings, which are all there is in an image without ca-certificates. */
function systemCas(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

function tried<T>(problems: string[], before: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    problems.push(`${before}${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
