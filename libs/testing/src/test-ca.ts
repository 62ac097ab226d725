import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** PEM files on this machine. */
export type Certificates = { readonly ca: string; readonly cert: string; readonly key: string };

/** A certificate authority that lives for a test, made with openssl. */
export class TestCa {
  readonly #folder: string;
  readonly ca: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.ca = join(folder, 'ca.pem');
  }

  static async create(folder: string): Promise<TestCa> {
    mkdirSync(folder, { recursive: true });
    const authority = new TestCa(folder);
    const files = ['-keyout', join(folder, 'ca-key.pem'), '-out', authority.ca];
    await run('openssl', ['req', '-x509', ...newKey, ...files, '-days', '2', '-subj', `/CN=${folder.split('/').at(-1)}`]);
    return authority;
  }

  /** For a server and a client unless `use` says which; `names` as openssl takes them: `IP:10.0.0.1,DNS:node-1`. */
  async issue(
    name: string,
    names: string,
    { days = 2, use = 'serverAuth,clientAuth' }: { readonly days?: number; readonly use?: string } = {},
  ): Promise<Certificates> {
    const path = (file: string) => join(this.#folder, file);
    const [key, cert, request, extensions] = [`${name}-key.pem`, `${name}.pem`, `${name}.csr`, `${name}.ext`].map(path) as [
      string,
      string,
      string,
      string,
    ];
    await run('openssl', ['req', ...newKey, '-keyout', key, '-out', request, '-subj', `/CN=${name}`]);
    writeFileSync(extensions, `subjectAltName=${names}\nextendedKeyUsage=${use}\n`);
    const signing = ['-CA', this.ca, '-CAkey', path('ca-key.pem'), '-CAcreateserial', '-days', String(days)];
    await run('openssl', ['x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', cert]);
    return { ca: this.ca, cert, key };
  }
}
