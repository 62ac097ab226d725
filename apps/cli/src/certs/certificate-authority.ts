import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../flags/usage-error.ts';

/** PEM files of a certificate and its key. */
export type KeyPair = { readonly cert: string; readonly key: string };

/** What a certificate is for: a listener under these names and addresses, or a client of this name. */
export type Purpose =
  | { readonly kind: 'server'; readonly hosts: readonly string[] }
  | { readonly kind: 'client'; readonly name: string };

/** Every listener is reached so, too, from its own machine. */
export const loopback: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/** Modes of what holds keys. */
export const ownerOnly = 0o600;
export const ownerOnlyFolder = 0o700;

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Certificates of an authority end when it does. */
export type AuthorityName = { readonly name: string; readonly validDays: number };

/** Makes certificates with the machine's openssl, in a folder that is its own: those of a trial, and those of a NATS that agents reach. */
export class CertificateAuthority {
  readonly #folder: string;
  readonly #ca: KeyPair;
  readonly #validDays: number;

  /** One that exists already, or with `create` is made; `folder` takes what is made. */
  constructor(folder: string, ca: KeyPair, validDays: number) {
    this.#folder = folder;
    this.#ca = ca;
    this.#validDays = validDays;
  }

  /** Throws UsageError when openssl is missing or refuses. */
  static async create(
    folder: string,
    { name, validDays }: AuthorityName,
  ): Promise<{ readonly authority: CertificateAuthority; readonly ca: KeyPair }> {
    const ca = { cert: join(folder, 'ca.pem'), key: join(folder, 'ca-key.pem') };
    // The machine's own configuration may add what it likes.
    const config = configFile(folder, 'ca', [
      'basicConstraints=critical,CA:TRUE',
      'keyUsage=critical,keyCertSign,cRLSign',
      'subjectKeyIdentifier=hash',
    ]);
    const files = ['-config', config, '-extensions', 'extensions', '-keyout', ca.key, '-out', ca.cert];
    await openssl('req', '-x509', ...newKey, ...files, '-days', String(validDays), '-subj', `/CN=${name}`);
    return { authority: new CertificateAuthority(folder, ca, validDays), ca };
  }

  /** A pair of files that `name` begins. */
  async issue(name: string, purpose: Purpose): Promise<KeyPair> {
    const at = (file: string) => join(this.#folder, file);
    const pair = { cert: at(`${name}-cert.pem`), key: at(`${name}-key.pem`) };
    const config = configFile(this.#folder, name, extensionsOf(purpose));
    const subject = purpose.kind === 'client' ? purpose.name : (purpose.hosts[0] ?? name);
    const request = at(`${name}.csr`);
    await openssl('req', '-new', ...newKey, '-config', config, '-keyout', pair.key, '-out', request, '-subj', `/CN=${subject}`);
    const signing = ['-CA', this.#ca.cert, '-CAkey', this.#ca.key, '-CAserial', at('serial'), '-CAcreateserial'];
    const extensions = ['-extfile', config, '-extensions', 'extensions'];
    await openssl('x509', '-req', '-in', request, ...signing, ...extensions, '-days', String(this.#validDays), '-out', pair.cert);
    return pair;
  }
}

function extensionsOf(purpose: Purpose): string[] {
  const common = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
  if (purpose.kind === 'client') return [...common, 'extendedKeyUsage=clientAuth'];
  const names = purpose.hosts.map((host) => `${isIP(host) === 0 ? 'DNS' : 'IP'}:${host}`);
  return [...common, 'extendedKeyUsage=serverAuth', `subjectAltName=${names.join(',')}`];
}

function configFile(folder: string, name: string, extensions: readonly string[]): string {
  const path = join(folder, `${name}.cnf`);
  writeFileSync(path, ['[req]', 'distinguished_name=subject', '[subject]', '[extensions]', ...extensions, ''].join('\n'));
  return path;
}

const run = promisify(execFile);

async function openssl(...args: readonly string[]): Promise<void> {
  try {
    await run('openssl', args);
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string };
    if (code === 'ENOENT')
      throw new UsageError(
        'certificates are made with openssl, which this machine lacks: install it, as in apt-get install openssl',
      );
    throw new UsageError(`openssl ${args[0]} failed: ${stderr.trim() || String(error)}`);
  }
}
