import type { DiscoveryArgument } from '#discovery-sources';
import { checkKeyValues, durationFlag, readDiscovery } from './discovery-flags.ts';
import { UsageError } from './usage-error.ts';

/** What commander hands over for `join`, before any rule is applied. */
export type JoinOptions = {
  readonly advertise?: string;
  readonly delay: string;
  readonly heartbeat: string;
  readonly ttl: string;
  readonly discoveryOpt: readonly string[];
  readonly check: boolean;
};

/** The command line of `join` with every rule of classic's (spec 1.5) held. Times in ms. */
export type JoinSettings = {
  readonly discovery: DiscoveryArgument;
  readonly advertise: string;
  readonly delayMs: number;
  readonly heartbeatMs: number;
  readonly ttlMs: number;
  /** The daemon is asked before each registration. */
  readonly isChecked: boolean;
};

const heartbeatMinMs = 1_000;

/** Checks in classic's order, so that the first complaint is the one its users know. */
export function joinSettings(options: JoinOptions, discovery: string): JoinSettings {
  const { advertise = '' } = options;
  if (advertise === '') throw new UsageError('missing mandatory --advertise flag');
  if (!isAdvertisable(advertise)) throw new UsageError('--advertise should be of the form ip:port or hostname:port');
  const delayMs = durationFlag('--delay', options.delay);
  if (delayMs < 0) throw new UsageError('--delay should not be a negative number');
  const heartbeatMs = durationFlag('--heartbeat', options.heartbeat);
  if (heartbeatMs < heartbeatMinMs) throw new UsageError('--heartbeat should be at least one second');
  const ttlMs = durationFlag('--ttl', options.ttl);
  if (ttlMs <= heartbeatMs) throw new UsageError('--ttl must be strictly superior to the heartbeat value');
  checkKeyValues(options.discoveryOpt);
  return {
    discovery: readDiscovery(discovery, options.discoveryOpt),
    advertise,
    delayMs,
    heartbeatMs,
    ttlMs,
    isChecked: options.check,
  };
}

/** Host (IPv6 in brackets, else without a colon) and a port from 1 to 65535; `tls://` in front says that the daemon speaks TLS. */
function isAdvertisable(text: string): boolean {
  const port = /^(?:tls:\/\/)?(?:\[[^\]]*\]|[^:[\]/]*):(\d+)$/.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
