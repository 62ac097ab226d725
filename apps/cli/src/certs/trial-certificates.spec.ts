import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endpointTlsProblems } from '#endpoint';
import { makeTrialCertificates } from './trial-certificates.ts';

describe('certificates of a trial', () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'trial-certificates-'));
    folder = join(root, 'certs');
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const make = (hosts: readonly string[] = [], clients: readonly string[] = []) =>
    makeTrialCertificates({ folder, hosts, clients, ownName: 'gateway.lan' });
  const certificate = (path: string) => new X509Certificate(readFileSync(path));
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

  it('are a CA, a server’s and a client’s, named as the docker CLI expects them, keys for their owner alone', async () => {
    const made = await make(['10.0.0.1', 'gateway.example']);
    expect(readdirSync(folder).sort()).toEqual(['ca-key.pem', 'ca.pem', 'clients', 'server-cert.pem', 'server-key.pem']);
    expect(made.clients).toEqual([join(folder, 'clients', 'client')]);
    const [client = ''] = made.clients;
    expect(readdirSync(client).sort()).toEqual(['ca.pem', 'cert.pem', 'key.pem']);
    const keys = [join(folder, 'ca-key.pem'), made.serverKey, join(client, 'key.pem')];
    expect(keys.map(modeOf)).toEqual(['600', '600', '600']);
    const [ca, server, ours] = [certificate(made.ca), certificate(made.serverCert), certificate(join(client, 'cert.pem'))];
    expect([server.verify(ca.publicKey), ours.verify(ca.publicKey), ca.ca, server.ca]).toEqual([true, true, true, false]);
    expect(server.subjectAltName).toBe(
      'IP Address:10.0.0.1, DNS:gateway.example, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    );
    expect([server.keyUsage, ours.keyUsage]).toEqual([['1.3.6.1.5.5.7.3.1'], ['1.3.6.1.5.5.7.3.2']]);
    expect(ours.subject).toBe('CN=client');
    const files = { tlsCaFile: made.ca, tlsCertFile: made.serverCert, tlsKeyFile: made.serverKey };
    expect(endpointTlsProblems({ tls: 'verify', insecureNoAuth: false, auditReads: false, ...files })).toEqual([]);
  });

  it('are never written over: a second call adds clients of the same CA', async () => {
    const first = await make();
    const before = readFileSync(first.serverCert);
    const { clients } = await make([], ['ann', 'bob@example.com']);
    const ann = certificate(join(clients[0] ?? '', 'cert.pem'));
    expect(ann.verify(certificate(first.ca).publicKey)).toBe(true);
    expect(readFileSync(first.serverCert)).toEqual(before);
    await expect(make([], ['ann'])).rejects.toThrow(/clients\/ann exists and stays as it is/);
    await expect(make(['other'])).rejects.toThrow(/server-cert\.pem exists and stays as it is: move it/);
    rmSync(join(folder, 'ca-key.pem'));
    await expect(make([], ['eve'])).rejects.toThrow(/has no .*ca-key\.pem beside it/);
  });

  it('are of names that lead nowhere else', async () => {
    await expect(make([], ['../eve'])).rejects.toThrow('--client takes letters, digits, and . _ @ -, not "../eve"');
    await expect(make(['x\nbasicConstraints=CA:TRUE'])).rejects.toThrow('--host takes a name or an address');
  });
});
