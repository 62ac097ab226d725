import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { fileSignature } from '#service-shell';

/** Paths of PEM files. */
export type TlsPaths = {
  /** Absent = the system's CAs. */
  readonly ca?: string | undefined;
  /** Our certificate and its key: both or neither. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
};

type Contents = { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined };

/** Reads and checks the files; `problems` has classic's texts (spec 1.6) and is empty when they can be used. */
export function readTlsFiles(paths: TlsPaths): { readonly contents: Contents; readonly problems: string[] } {
  const problems: string[] = [];
  const { ca: caPath, cert: certPath, key: keyPath } = paths;
  const ca = caPath === undefined ? undefined : tried(problems, "Couldn't read CA certificate: ", '', () => readCa(caPath));
  if ((certPath === undefined) !== (keyPath === undefined)) {
    problems.push(`a client certificate and its key must be given together, and there is only ${certPath ?? keyPath}`);
    return { contents: { ca }, problems };
  }
  if (certPath === undefined || keyPath === undefined) return { contents: { ca }, problems };
  const pair = tried(problems, `Couldn't load X509 key pair (${certPath}, ${keyPath}): `, '. Key encrypted?', () => {
    const read = { cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
    createSecureContext(read);
    return read;
  });
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

function readCa(path: string): string {
  const text = readFileSync(path, 'utf8');
  // OpenSSL takes a file without certificates for an empty list, and then every engine would have an unknown CA.
  try {
    firstCertificate(text);
  } catch (cause) {
    throw new Error(`${path} holds no PEM certificate`, { cause });
  }
  return text;
}

const firstCertificate = (pem: string) => new X509Certificate(pem);

/** The machine's and the ones Node brings, which are all there is in an image without ca-certificates. */
function systemCas(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

function tried<T>(problems: string[], before: string, after: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    problems.push(`${before}${error instanceof Error ? error.message : String(error)}${after}`);
    return undefined;
  }
}
