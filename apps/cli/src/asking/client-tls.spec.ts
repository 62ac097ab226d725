import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, TestCa } from '#testing';
import { clientTls } from './client-tls.ts';

describe('TLS of a command line that asks a gateway', () => {
  let root: string;
  let folder: string;
  let other: Certificates;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'client-tls-spec-'));
    const authority = await TestCa.create(join(root, 'ca'));
    const ours = await authority.issue('ours', 'DNS:ours');
    other = await authority.issue('other', 'DNS:other');
    folder = join(root, 'certs');
    mkdirSync(folder);
    for (const [name, path] of Object.entries(ours)) copyFileSync(path, join(folder, `${name}.pem`));
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  const text = (path: string) => readFileSync(path, 'utf8');

  it('is none unless it is asked for', () => {
    expect(clientTls({}, { DOCKER_CERT_PATH: folder, DOCKER_TLS_VERIFY: '' })).toBeUndefined();
  });

  it('has the files of DOCKER_CERT_PATH, and checks the gateway where docker does', () => {
    const files = { ca: text(join(folder, 'ca.pem')), cert: text(join(folder, 'cert.pem')), key: text(join(folder, 'key.pem')) };
    const env = { DOCKER_CERT_PATH: folder };
    // docker takes any text for yes, 0 included.
    expect(clientTls({}, { ...env, DOCKER_TLS_VERIFY: '0' })).toEqual({ ...files, rejectUnauthorized: true });
    expect(clientTls({ tlsverify: true }, env)).toEqual({ ...files, rejectUnauthorized: true });
    expect(clientTls({ tls: true }, env)).toEqual({ ...files, rejectUnauthorized: false });
    expect(clientTls({}, { ...env, DOCKER_TLS: '1' })).toEqual({ ...files, rejectUnauthorized: false });
  });

  it('prefers the files of the flags, and does without those that are not there', () => {
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    expect(clientTls({ tlscert: other.cert, tlskey: other.key }, env)).toMatchObject({
      cert: text(other.cert),
      key: text(other.key),
    });
    expect(clientTls({}, { ...env, DOCKER_CERT_PATH: root })).toEqual({ rejectUnauthorized: true });
    expect(() => clientTls({ tlscacert: '/nowhere/ca.pem' }, env)).toThrow(
      "Couldn't read CA certificate: /nowhere/ca.pem (--tlscacert or DOCKER_CERT_PATH): no such file or directory; give the CA of",
    );
  });
});
