import { z } from 'zod';
import { BaleenError } from '#contracts';
import { member, replaceMembers } from '#docker-api';
import { createShape } from './body-shapes.ts';
import { containerComplaint, isPlainUser } from './container-rules.ts';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';
import { LimitedHost } from './limited-host.ts';
import { ownContainer, requireOwn, usableImage } from './own-references.ts';
import { ownedLabels } from './owner-label.ts';
import { refuseUncounted } from './quotas.ts';
import { objectBytes, readJudged } from './read-judged.ts';

const Endpoint = z.looseObject({
  Links: z.array(z.string()).nullish(),
  NetworkID: z.string().nullish(),
});

const CreateBody = z.looseObject({
  Image: z.string().nullish(),
  User: z.string().nullish(),
  Env: z.array(z.string()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
  HostConfig: LimitedHost.nullish(),
  NetworkingConfig: z.looseObject({ EndpointsConfig: z.record(z.string(), Endpoint.nullable()).nullish() }).nullish(),
});

const beside = 'container:';

/**
 * What a container of a tenant may be. Goes on with the owner's label, and with everything it names by its ID where it has one: what was
 * judged is what the engine gets.
 */
export function judgeCreate(asked: Asked, by: TenantCase): Amended {
  const { policy, scope } = by;
  const body = readJudged(asked, createShape, CreateBody);
  const host = body.HostConfig ?? LimitedHost.parse({});
  const complaint = containerComplaint(host, policy.containers);
  if (complaint !== undefined) throw refused(complaint);
  if (policy.containers.users === 'non-root' && !isPlainUser(body.User ?? ''))
    throw refused('containers without a user by a number above 0 (--user 1000)');
  const labels = ownedLabels(body.Labels ?? {}, scope.tenant);
  refuseProbes(body.Env ?? [], labels);
  const names = notForTheImage(() => {
    for (const [network, endpoint] of Object.entries(body.NetworkingConfig?.EndpointsConfig ?? {}))
      requireEndpoint(by, network, endpoint);
    return ownNames(host, by);
  });
  const { Memory: memoryBytes, NanoCpus: nanoCpus, PublishAllPorts: publishesAll } = host;
  refuseUncounted(policy.quotas, { memoryBytes, nanoCpus, publishesAll });
  const bytes = objectBytes(asked);
  const hostBytes = body.HostConfig ? member(bytes, 'HostConfig') : undefined;
  return {
    bytes: replaceMembers(bytes, {
      Labels: JSON.stringify(labels),
      ...(body.Image && { Image: JSON.stringify(usableImage(by, body.Image)) }),
      ...(hostBytes !== undefined && { HostConfig: replaceMembers(hostBytes, names) }),
    }),
  };
}

/** Clients take a 404 of a create for a missing image, and pull. */
function notForTheImage<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof BaleenError && error.code === 'request/not-found')
      throw new BaleenError('request/invalid', error.message, { cause: error });
    throw error;
  }
}

/** An endpoint of a network, in a create and in a connect. An engine prefers `NetworkID` to the name. */
export function requireEndpoint(by: TenantCase, network: string, endpoint: z.infer<typeof Endpoint> | null | undefined): void {
  requireNetwork(by, network);
  if (endpoint?.NetworkID) requireNetwork(by, endpoint.NetworkID);
  if (endpoint?.Links?.length) for (const link of endpoint.Links) ownContainer(by, firstPart(link));
}

function requireNetwork(by: TenantCase, network: string): void {
  const { defaultBridge, hostNamespaces } = by.policy.containers;
  if (network === 'host' && !hostNamespaces.includes('network')) throw refused('the network "host"');
  if (['', 'default', 'bridge'].includes(network) && !defaultBridge)
    throw refused('the default bridge: name a network of your own');
  if (!['', 'default', 'bridge', 'host', 'none'].includes(network)) requireOwn(by, 'network', network);
}

/** The members of a HostConfig that name other objects, by IDs. */
function ownNames(host: LimitedHost, by: TenantCase): Record<string, string> {
  for (const bind of host.Binds) if (namesVolume(bind)) requireOwn(by, 'volume', firstPart(bind));
  for (const { Type, Source, VolumeOptions } of host.Mounts) {
    if (Type === 'volume' && Source !== '') requireOwn(by, 'volume', Source);
    if (VolumeOptions?.Labels) ownedLabels(VolumeOptions.Labels, by.scope.tenant);
    // Where it is given by digits an engine may find another.
    if (Type === 'image' && usableImage(by, Source) !== Source) throw refused(`the image ${Source} by the beginning of its ID`);
  }
  if (!host.NetworkMode.startsWith(beside)) requireNetwork(by, host.NetworkMode);
  return {
    ...mode('NetworkMode', host.NetworkMode, by),
    ...mode('IpcMode', host.IpcMode, by),
    ...mode('PidMode', host.PidMode, by),
    ...list('VolumesFrom', host.VolumesFrom, by),
    ...list('Links', host.Links, by),
  };
}

function mode(key: string, value: string, by: TenantCase): Record<string, string> {
  if (!value.startsWith(beside)) return {};
  return { [key]: JSON.stringify(`${beside}${ownContainer(by, value.slice(beside.length))}`) };
}

/** `container:alias`, `container:ro`. */
function list(key: string, values: readonly string[], by: TenantCase): Record<string, string> {
  if (values.length === 0) return {};
  const byId = values.map((value) => {
    const [reference = '', ...rest] = value.split(':');
    // A link without an alias has the name for one.
    const more = key === 'Links' && rest.length === 0 ? [reference.replace(/^\//, '')] : rest;
    return [ownContainer(by, reference), ...more].join(':');
  });
  return { [key]: JSON.stringify(byId) };
}

function namesVolume(bind: string): boolean {
  return bind.includes(':') && /^[a-zA-Z0-9]/.test(bind);
}

function firstPart(text: string): string {
  return text.split(':')[0] ?? '';
}

/** Affinities ask where other containers and images are, in whose names the tenant has no say. */
function refuseProbes(env: readonly string[], labels: Readonly<Record<string, string>>): void {
  const isProbe = (text: string) => /affinit/i.test(text.split('=')[0] ?? '');
  const odd = env.find((line) => /^affinity:/i.test(line)) ?? Object.keys(labels).find(isProbe);
  if (odd !== undefined) throw refused('affinities, which tell of containers of others: use constraints');
}
