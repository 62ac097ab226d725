import { hostname, networkInterfaces } from 'node:os';
import { UsageError } from '../flags/usage-error.ts';

/** Where the embedded NATS listens for agents of other machines. */
export type NatsDoor = { readonly host: string; readonly port: number };

/** Reads `host:port` of `--nats-listen`; throws UsageError. */
export function parseNatsDoor(text: string): NatsDoor {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (host === '' || port === '' || Number(port) < 1 || Number(port) > 65_535)
    throw new UsageError(`--nats-listen takes host:port, as in 10.0.0.1:4222, not ${JSON.stringify(text)}`);
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** What agents dial: `tls://host:port`, by this machine's name where the server listens everywhere. */
export function dialledAddress({ host, port }: NatsDoor): string {
  const reachable = isEverywhere(host) ? hostname() : host;
  return `tls://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Names and addresses that the server's certificate must hold. */
export function certifiedHosts({ host }: NatsDoor): string[] {
  if (!isEverywhere(host)) return [host];
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  // Link-local ones hold a zone, which no certificate can.
  return [hostname(), ...addresses.filter(({ scopeid }) => !scopeid).map(({ address }) => address)];
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
