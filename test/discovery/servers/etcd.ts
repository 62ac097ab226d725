import { stores } from '../../../tools/bootstrap/stores.mjs';
import { type Certificates, makeCertificates, tlsOptions } from '../conformance/certificates.ts';
import type { TestStore } from '../conformance/test-store.ts';
import { freePorts } from './free-ports.ts';
import { ServerProcess } from './server-process.ts';

/** A single etcd; with TLS it wants client certificates too. */
export async function startEtcd({ tls = false } = {}): Promise<TestStore> {
  const [client = 0, peer = 0] = await freePorts(2);
  let certificates: Certificates | undefined;
  const address = `127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const ask = (path: string, body: object) => post(`http://${address}${path}`, body);
  const server = await ServerProcess.start(async (dir) => {
    certificates = tls ? await makeCertificates(dir) : undefined;
    const url = `${tls ? 'https' : 'http'}://${address}`;
    const args = ['--data-dir', `${dir}/data`, '--listen-client-urls', url, '--advertise-client-urls', url];
    const peers = [
      '--listen-peer-urls',
      peerUrl,
      '--initial-advertise-peer-urls',
      peerUrl,
      '--initial-cluster',
      `default=${peerUrl}`,
    ];
    const secure = certificates && [
      '--cert-file',
      certificates.cert,
      '--key-file',
      certificates.key,
      '--client-cert-auth',
      '--trusted-ca-file',
      certificates.ca,
    ];
    return {
      program: stores().etcd,
      args: [...args, ...peers, '--log-level', 'error', ...(secure ?? [])],
      isReady: async () => (tls ? true : (await ask('/v3/kv/range', { key: base64('x') })).ok),
    };
  });
  return {
    argument: (prefix) => `etcd://${address}${prefix}`,
    address,
    options: certificates === undefined ? [] : tlsOptions(certificates),
    put: async (path, value) => {
      await ask('/v3/kv/put', { key: base64(path), value: base64(value) });
    },
    remove: async (path) => {
      await ask('/v3/kv/deleterange', { key: base64(path) });
    },
    kill: () => server.kill(),
    start: () => server.start(),
    stop: () => server.stop(),
  };
}

async function post(url: string, body: object): Promise<Response> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
