import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsConnection } from '@nats-io/nats-core';
import { connectNats } from '#cluster-bus';
import type { ServiceParty } from '#contracts';
import { startEmbeddedNats } from '#embedded-nats';
import { admitAgent, KeyFolder } from '#nats-keys';
import { systemClock } from '#service-shell';

/** A nats-server of a test that trusts the keys of one fleet. */
export type SecuredServer = {
  readonly url: string;
  readonly keys: KeyFolder;
  /** A file with credentials for this agent. */
  join(id: string, lifeS?: number): Promise<string>;
  /** A connection with the credentials of a service. */
  as(party: ServiceParty): Promise<NatsConnection>;
  stop(): Promise<void>;
};

const nowS = () => Math.floor(systemClock.nowMs() / 1_000);

export async function startSecuredServer(cluster: string): Promise<SecuredServer> {
  const dir = await mkdtemp(join(tmpdir(), 'baleen-secured-'));
  const keys = await KeyFolder.openOrMake(join(dir, 'keys'), cluster);
  const server = await startEmbeddedNats({ storage: 'file', dir: join(dir, 'nats'), keyFolder: keys.path });
  const { url } = server;
  return {
    url,
    keys,
    async join(id, lifeS = 3_600) {
      const admitted = await admitAgent(keys.ring, { id, nowS: nowS(), expiresAtS: nowS() + lifeS });
      await keys.change(admitted.ring);
      const file = join(dir, `${id}.creds`);
      await writeFile(file, admitted.credentials);
      return file;
    },
    as: (party) => connectNats({ url, credentialsFile: keys.credentials(party), name: party, clock: systemClock }),
    async stop() {
      await server.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
