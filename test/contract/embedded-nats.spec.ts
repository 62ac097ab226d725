import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { startEmbeddedNats } from '#embedded-nats';
import { admitAgent, KeyFolder, revokeAgent } from '#nats-keys';
import { systemClock } from '#service-shell';
import { keptServerCertificate } from '../../apps/cli/src/certs/server-certificate.ts';

describe('the embedded nats-server', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'baleen-embedded-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('accepts clients with JetStream and 8 MB messages as soon as it has started', async () => {
    const server = await startEmbeddedNats({ storage: 'memory', dir });
    const connection = await connect({ servers: server.url });
    const account = await (await jetstreamManager(connection)).getAccountInfo();
    expect(account.streams).toBe(0);
    expect(connection.info?.max_payload).toBe(8 * 1024 * 1024);
    await connection.close();
    await server.stop();
  });

  it('takes only credentials of its keys, over TLS, and what was revoked not after a restart either', async () => {
    const keys = await KeyFolder.openOrMake(join(dir, 'keys'), 'embedded');
    const { caFile, ...tls } = await keptServerCertificate(join(dir, 'tls'), [], systemClock.nowMs());
    const options = { storage: 'file', dir: join(dir, 'nats'), keyFolder: keys.path, tls } as const;
    const server = await startEmbeddedNats(options);
    const { host, port } = new URL(server.url);
    expect(server.url).toBe(`tls://127.0.0.1:${port}`);
    const secure = { servers: host, maxReconnectAttempts: 0, tls: { caFile } };
    await expect(connect(secure)).rejects.toThrow(/authorization/i);
    await expect(connect({ ...secure, tls: {} })).rejects.toThrow(/certificate/i);
    const common = { caFile, name: 'contract', clock: systemClock };
    const scheduler = { ...common, credentialsFile: keys.credentials('scheduler') };
    await (await connectNats({ ...scheduler, url: server.url })).close();
    expect(statSync(join(dir, 'nats', 'nats-server.conf')).mode & 0o777).toBe(0o600);

    const id = '00000000000000ee';
    const nowS = () => Math.floor(systemClock.nowMs() / 1_000);
    const { ring, credentials } = await admitAgent(keys.ring, { id, nowS: nowS(), expiresAtS: nowS() + 60 });
    const credentialsFile = join(dir, 'agent.creds');
    writeFileSync(credentialsFile, credentials);
    await (await connectNats({ ...common, credentialsFile, url: server.url })).close();
    // By another process than the one that starts the server; what was issued after that second would count.
    await KeyFolder.open(keys.path).change(revokeAgent(ring, id, nowS()) ?? ring);
    await server.stop();
    const again = await startEmbeddedNats(options);
    await expect(connectNats({ ...common, credentialsFile, url: again.url, firstConnectMs: 0 })).rejects.toThrow(
      /no nats-server/,
    );
    await (await connectNats({ ...scheduler, url: again.url })).close();
    await again.stop();
  });

  it('keeps streams over a restart when its storage is a file, on the same port if asked', async () => {
    const first = await startEmbeddedNats({ storage: 'file', dir });
    const before = await connect({ servers: first.url });
    await (await jetstreamManager(before)).streams.add({ name: 'kept', subjects: ['kept.>'] });
    await before.close();
    await first.stop();
    const second = await startEmbeddedNats({ storage: 'file', dir, port: Number(new URL(first.url).port) });
    expect(second.url).toBe(first.url);
    const after = await connect({ servers: second.url });
    expect((await (await jetstreamManager(after)).streams.info('kept')).config.name).toBe('kept');
    await after.close();
    await second.stop();
  });

  it('leaves no process and, with memory storage, no files behind', async () => {
    const server = await startEmbeddedNats({ storage: 'memory', dir });
    await server.stop();
    await server.exited;
    expect(existsSync(`/proc/${server.pid}`)).toBe(false);
    expect(readdirSync(dir)).toEqual([]);
  });

  it('says that it ended when it was killed', async () => {
    const server = await startEmbeddedNats({ storage: 'memory', dir });
    process.kill(server.pid, 'SIGKILL');
    await expect(server.exited).resolves.toBeUndefined();
  });

  it('rejects with the reason when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(startEmbeddedNats({ storage: 'memory', dir, port })).rejects.toThrow(/address already in use/);
    other.close();
  });
});
