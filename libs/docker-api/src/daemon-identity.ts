import { lookup } from 'node:dns/promises';
import { BaleenError, type EngineDevice, type EngineIdentity } from '#contracts';
import type { EngineClient } from './engine-client.ts';
import { engineFailure, plainToTls } from './engine-errors.ts';
import { type EngineAddress, showEngineAddress } from './transport/engine-address.ts';

/** Daemon and our clock differing by less count as equal (spec 3.5). */
const clockToleranceMs = 2_000;

type Info = {
  ID?: string;
  Name?: string;
  NCPU?: number;
  MemTotal?: number;
  Labels?: string[] | null;
  Driver?: string;
  KernelVersion?: string;
  OperatingSystem?: string;
  OSType?: string;
  Architecture?: string;
  SystemTime?: string;
  ServerVersion?: string;
  Runtimes?: Record<string, unknown> | null;
  GenericResources?:
    | ({
        NamedResourceSpec?: { Kind?: string; Value?: string };
        DiscreteResourceSpec?: { Kind?: string; Value?: number };
      } | null)[]
    | null;
  DiscoveredDevices?: { Source?: string; ID?: string }[] | null;
};

type Version = { ApiVersion?: string; MinAPIVersion?: string };

/** What the daemon says of itself, and manager clock minus its clock. Failures as EngineClient's; a Swarm manager or rubbish is engine/bad-answer. */
export async function readIdentity(
  client: EngineClient,
  nowMs: () => number,
  timeoutMs: number,
): Promise<{ identity: EngineIdentity; clockDeltaMs: number }> {
  const shown = showEngineAddress(client.address);
  const version: Version = await ask(client, '/version', timeoutMs);
  const askedAtMs = nowMs();
  const info: Info = await ask(client, '/info', timeoutMs);
  const clockDeltaMs = clockDelta(info.SystemTime, askedAtMs, nowMs());
  refuseManager(shown, info.ServerVersion ?? '');
  if (!info.NCPU || !info.MemTotal || !info.ID) {
    throw new BaleenError(
      'engine/bad-answer',
      `cannot get resources for this engine, make sure ${shown} is a Docker Engine, not a Swarm manager`,
    );
  }
  return { identity: identityOf(info, version, await ipOf(client.address, shown)), clockDeltaMs };
}

/** Names under which something that manages engines shows itself, in `/info`'s ServerVersion and in the header Server of its answers. */
const managers = [
  { name: 'a Baleen gateway', shape: /^baleen\//i },
  { name: 'a classic Swarm manager', shape: /^swarm\//i },
] as const;

/** Throws engine/bad-answer when `product` (`name/version`) is not a daemon's: a fleet in a fleet would show each container twice. */
export function refuseManager(shown: string, product: string): void {
  const manager = managers.find(({ shape }) => shape.test(product));
  if (manager === undefined) return;
  const remedy = 'list the engines behind it instead (its `docker node ls` or `docker info` names them)';
  throw new BaleenError(
    'engine/bad-answer',
    `${shown} is ${manager.name} (${product.split(' ')[0]}), not a Docker Engine, and cannot be managed: ${remedy}`,
  );
}

/** Pure part: `/info` and `/version` to what placement and `docker info` read. */
export function identityOf(info: Info, version: Version, ip: string): EngineIdentity {
  return {
    id: info.ID ?? '',
    name: info.Name ?? '',
    ip,
    cpus: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
    labels: daemonLabels(info),
    storageDriver: info.Driver ?? '',
    kernelVersion: info.KernelVersion ?? '',
    operatingSystem: info.OperatingSystem ?? '',
    osType: info.OSType ?? 'linux',
    architecture: info.Architecture ?? '',
    serverVersion: info.ServerVersion ?? '',
    apiVersion: version.ApiVersion ?? '1.24',
    minApiVersion: version.MinAPIVersion ?? '1.12',
    runtimes: Object.keys(info.Runtimes ?? {}),
    devices: devicesOf(info),
  };
}

/** Among duplicates the first wins; a label that is not key=value makes the engine unusable, as in classic (spec 3.5). */
function daemonLabels(info: Info): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const label of info.Labels ?? []) {
    const at = label.indexOf('=');
    if (at < 0)
      throw new BaleenError(
        'engine/bad-answer',
        `Engine (ID: ${info.ID}) contains an invalid label (${label}) not formatted as "key=value".`,
      );
    const key = label.slice(0, at);
    if (!Object.hasOwn(labels, key)) labels[key] = label.slice(at + 1);
  }
  return labels;
}

/** GPUs as `--node-generic-resource` or CDI lists them. */
function devicesOf(info: Info): EngineDevice[] {
  const generic = (info.GenericResources ?? []).flatMap((resource) => {
    const named = resource?.NamedResourceSpec;
    if (named?.Kind !== undefined && named.Value !== undefined) return [device(named.Kind, named.Value)];
    const discrete = resource?.DiscreteResourceSpec;
    const count = discrete?.Value ?? 0;
    return discrete?.Kind === undefined
      ? []
      : Array.from({ length: count }, (_, index) => device(discrete.Kind ?? '', String(index)));
  });
  const discovered = (info.DiscoveredDevices ?? []).flatMap(({ Source, ID }) =>
    Source === 'cdi' && ID !== undefined ? [device('cdi', ID)] : [],
  );
  return [...generic, ...discovered];
}

function device(kind: string, id: string): EngineDevice {
  const gpu = /gpu/i.test(kind) || /gpu/i.test(id);
  return {
    driver: /nvidia/i.test(kind) || /nvidia/i.test(id) ? 'nvidia' : kind.toLowerCase(),
    id,
    capabilities: gpu ? ['gpu'] : [kind.toLowerCase()],
  };
}

/** The daemon read its clock at some time between question and answer, which may be seconds apart: only what lies outside is skew. */
function clockDelta(systemTime: string | undefined, askedAtMs: number, answeredAtMs: number): number {
  const theirs = Date.parse(systemTime ?? '');
  if (Number.isNaN(theirs)) return 0;
  const isEqual = theirs > askedAtMs - clockToleranceMs && theirs < answeredAtMs + clockToleranceMs;
  return isEqual ? 0 : Math.round((askedAtMs + answeredAtMs) / 2 - theirs);
}

/** The JSON object that the daemon answers with. */
async function ask(client: EngineClient, path: string, timeoutMs: number): Promise<object> {
  const { status, body } = await client.request({ method: 'GET', path, timeoutMs });
  const shown = showEngineAddress(client.address);
  if (status !== 200) {
    const refusal = plainToTls(shown, status, body.toString());
    throw refusal ?? new BaleenError('engine/bad-answer', `the engine at ${shown} answered ${status} to ${path}`);
  }
  const document = jsonIn(body);
  if (typeof document === 'object' && document !== null) return document;
  throw new BaleenError('engine/bad-answer', `what listens at ${shown} is no Docker daemon: its answer is not a JSON object`);
}

/** `undefined` = it is none. */
function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** Where the engine's published ports are reached; empty when that is unknown, so that its ports are shown as it shows them. */
async function ipOf(address: EngineAddress, shown: string): Promise<string> {
  switch (address.kind) {
    case 'agent':
      return '';
    case 'unix':
      return '127.0.0.1';
    case 'tcp':
    case 'tls':
      return resolve(address.host, shown);
    case 'ssh':
      // A `Host` of OpenSSH's configuration need not be a name that anybody else knows.
      return resolve(address.host, shown).catch((error: unknown) => {
        if (error instanceof BaleenError) return '';
        throw error;
      });
  }
}

async function resolve(host: string, shown: string): Promise<string> {
  try {
    return (await lookup(host)).address;
  } catch (error) {
    throw engineFailure(shown, error);
  }
}
