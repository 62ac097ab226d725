import { join } from 'node:path';
import type { ServerTls } from '#embedded-nats';
import { KeyFolder, keepJoinDefaults } from '#nats-keys';
import { systemClock } from '#service-shell';
import { keptServerCertificate } from '../certs/server-certificate.ts';
import type { ServiceNats } from '../services/service-plan.ts';
import { certifiedHosts, dialledAddress, type NatsDoor } from './nats-door.ts';

/** An embedded NATS that other machines reach: whose credentials it takes, its certificate, and how our own services come in. */
export type NatsSecurity = {
  readonly keyFolder: string;
  readonly tls: ServerTls;
  /** What agents dial. */
  readonly address: string;
  readonly ofServices: Omit<ServiceNats, 'url'>;
};

/** Where the embedded NATS keeps the keys that sign join tokens. */
export function keysOf(natsDir: string): string {
  return join(natsDir, 'keys');
}

/** What the folder lacks is made, and join tokens are told of it. Throws UsageError where no certificate can be made. */
export async function secureNats(natsDir: string, door: NatsDoor, cluster: string): Promise<NatsSecurity> {
  const { caFile, ...tls } = await keptServerCertificate(join(natsDir, 'tls'), certifiedHosts(door), systemClock.nowMs());
  const keys = await KeyFolder.openOrMake(keysOf(natsDir), cluster);
  const address = dialledAddress(door);
  keepJoinDefaults(keys.path, { nats: address, caFile });
  return { keyFolder: keys.path, tls, address, ofServices: { caFile, keyFolder: keys.path } };
}
