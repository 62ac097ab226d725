import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, TestCa } from '#testing';
import { endpointTlsProblems, plainEndpoint, readEndpointConfig } from './endpoint-config.ts';

describe('TLS settings of an endpoint', () => {
  let folder: string;
  let pair: Certificates;
  let rubbish: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'endpoint-spec-'));
    pair = await (await TestCa.create(join(folder, 'ca'))).issue('server', 'IP:127.0.0.1');
    rubbish = join(folder, 'rubbish.pem');
    writeFileSync(rubbish, 'no certificate');
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const problems = (env: NodeJS.ProcessEnv) => endpointTlsProblems(readEndpointConfig(env));
  const files = (changes: Partial<Certificates> = {}) => ({
    BALEEN_TLS_CA_FILE: changes.ca ?? pair.ca,
    BALEEN_TLS_CERT_FILE: changes.cert ?? pair.cert,
    BALEEN_TLS_KEY_FILE: changes.key ?? pair.key,
  });

  it('are off by default, and off whatever files are named', () => {
    expect(readEndpointConfig({})).toEqual(plainEndpoint);
    expect(problems({ ...files({ cert: rubbish }) })).toEqual([]);
  });

  it('are taken when the files can be used', () => {
    expect(problems({ BALEEN_TLS: 'verify', ...files() })).toEqual([]);
    expect(problems({ BALEEN_TLS: 'tls', ...files({ ca: rubbish }) })).toEqual([]);
  });

  it('are refused with what is missing or wrong, in classic’s words, and never with a key', async () => {
    expect(problems({ BALEEN_TLS: 'tls' })).toEqual([
      'BALEEN_TLS_CERT_FILE and BALEEN_TLS_KEY_FILE must be given when BALEEN_TLS is tls',
    ]);
    expect(problems({ BALEEN_TLS: 'verify', ...files(), BALEEN_TLS_CA_FILE: '' })).toEqual([
      expect.stringContaining('BALEEN_TLS_CA_FILE must be given'),
    ]);
    expect(problems({ BALEEN_TLS: 'verify', ...files({ ca: rubbish, cert: rubbish }) })).toEqual([
      `Couldn't read CA certificate: ${rubbish} holds no PEM certificate`,
      expect.stringMatching(/^Couldn't load X509 key pair \(.*rubbish\.pem, .*server-key\.pem\): .*\. Key encrypted\?$/),
    ]);
    const absent = join(folder, 'absent.pem');
    expect(problems({ BALEEN_TLS: 'verify', ...files({ ca: rubbish, cert: absent, key: absent }) })).toEqual([
      expect.stringContaining('holds no PEM certificate'),
      `Couldn't load X509 key pair (${absent}, ${absent}): ${absent} (--tlscert or BALEEN_TLS_CERT_FILE): no such file or directory; give the gateway’s certificate, PEM (baleen certs makes one for a trial)`,
      expect.stringContaining(`${absent} (--tlskey or BALEEN_TLS_KEY_FILE): no such file or directory; give the key of`),
    ]);
    expect(problems({ BALEEN_TLS: 'verify', ...files({ ca: absent }) })).toEqual([
      `Couldn't read CA certificate: ${absent} (--tlscacert or BALEEN_TLS_CA_FILE): no such file or directory; give the CA of the clients’ certificates, PEM`,
    ]);
    const other = await (await TestCa.create(join(folder, 'other'))).issue('server', 'IP:127.0.0.1');
    const [mismatch = ''] = problems({ BALEEN_TLS: 'tls', ...files({ key: other.key }) });
    expect(mismatch).toMatch(/key values mismatch\. Key encrypted\?$/);
    const secret = readFileSync(other.key, 'utf8').split('\n')[1] ?? '';
    expect(mismatch).not.toContain(secret);
  });
});
