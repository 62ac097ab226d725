import { writeFile } from 'node:fs/promises';
import { stores } from '../../../tools/bootstrap/stores.mjs';
import { type Certificates, makeCertificates, tlsOptions } from '../conformance/certificates.ts';
import type { TestStore } from '../conformance/test-store.ts';
import { freePorts } from './free-ports.ts';
import { ServerProcess } from './server-process.ts';

/** A single Consul server with its data on disk; with TLS it serves HTTPS beside HTTP and wants client certificates there. */
export async function startConsul({ tls = false } = {}): Promise<TestStore> {
  const [http = 0, https = 0, rpc = 0, serf = 0] = await freePorts(4);
  let certificates: Certificates | undefined;
  const base = `http://127.0.0.1:${http}/v1`;
  const server = await ServerProcess.start(async (dir) => {
    certificates = tls ? await makeCertificates(dir) : undefined;
    const secure = certificates && {
      ca_file: certificates.ca,
      cert_file: certificates.cert,
      key_file: certificates.key,
      verify_incoming: true,
    };
    const config = {
      server: true,
      bootstrap_expect: 1,
      bind_addr: '127.0.0.1',
      client_addr: '127.0.0.1',
      data_dir: `${dir}/data`,
      log_level: 'err',
      disable_update_check: true,
      session_ttl_min: '1s',
      performance: { raft_multiplier: 1 },
      ports: { http, https: tls ? https : -1, dns: -1, grpc: -1, server: rpc, serf_lan: serf, serf_wan: -1 },
      ...secure,
    };
    await writeFile(`${dir}/config.json`, JSON.stringify(config));
    return {
      program: stores().consul,
      args: ['agent', '-config-file', `${dir}/config.json`],
      isReady: async () =>
        (await (await fetch(`${base}/status/leader`)).text()) !== '""' && (await fetch(`${base}/kv/?keys`)).status < 500,
    };
  });
  const address = `127.0.0.1:${tls ? https : http}`;
  return {
    argument: (prefix) => `consul://${address}${prefix}`,
    address,
    options: certificates === undefined ? [] : tlsOptions(certificates),
    put: async (path, value) => {
      await write(`${base}/kv/${path}`, { method: 'PUT', body: value });
    },
    remove: async (path) => {
      await write(`${base}/kv/${path}`, { method: 'DELETE' });
    },
    kill: () => server.kill(),
    start: () => server.start(),
    stop: () => server.stop(),
  };
}

async function write(url: string, init: RequestInit): Promise<void> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}
