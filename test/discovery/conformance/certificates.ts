import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** PEM files: a CA of its own, and one certificate for 127.0.0.1 that serves server and client. */
export type Certificates = { readonly ca: string; readonly cert: string; readonly key: string };

export async function makeCertificates(dir: string): Promise<Certificates> {
  const file = (name: string) => join(dir, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const ca = ['req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=test CA', '-keyout', file('ca.key'), '-out', file('ca.pem')];
  await run('openssl', ca);
  await run('openssl', ['req', ...newKey, '-subj', '/CN=127.0.0.1', '-keyout', file('key.pem'), '-out', file('request.pem')]);
  await writeFile(file('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n');
  const signing = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', file('names')];
  await run('openssl', ['x509', '-req', '-in', file('request.pem'), ...signing, '-out', file('cert.pem')]);
  return { ca: file('ca.pem'), cert: file('cert.pem'), key: file('key.pem') };
}

/** The same as options of a discovery. */
export function tlsOptions({ ca, cert, key }: Certificates): string[] {
  return [`kv.cacertfile=${ca}`, `kv.certfile=${cert}`, `kv.keyfile=${key}`];
}
