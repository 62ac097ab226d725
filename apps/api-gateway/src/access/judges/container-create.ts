import { z } from 'zod';
import { BaleenError } from '#contracts';
import { besideContainer, bindSource, firstPart, member, parseCreate, replaceMembers } from '#docker-api';
import { isCalled } from '../../fleet-view/lookup/split-node.ts';
import { createShape } from './body-shapes.ts';
import { isPlainUser, requireAllowed } from './container-rules.ts';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';
import { LimitedHost } from './limited-host.ts';
import { requireNetwork, requireNetworkId, requireSentNetwork } from './network-reference.ts';
import { ownContainer, requireOwn, usableImage } from './own-references.ts';
import { ownedLabels } from './owner-label.ts';
import { refuseSwap, refuseUncounted } from './quotas.ts';
import { objectBytes, readJudged } from './read-judged.ts';

const Endpoint = z.looseObject({
  Links: z.array(z.string()).nullish(),
  NetworkID: z.string().nullish(),
});

export const CreateBody = z.looseObject({
  Image: z.string().nullish(),
  User: z.string().nullish(),
  Env: z.array(z.string()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
  HostConfig: LimitedHost.nullish(),
  NetworkingConfig: z.looseObject({ EndpointsConfig: z.record(z.string(), Endpoint.nullable()).nullish() }).nullish(),
});

/**
 * What a container of a tenant may be. Goes on with the owner's label, and with everything it names by its ID where it has one: what was
 * judged is what the engine gets.
 */
export function judgeCreate(asked: Asked, by: TenantCase): Amended {
  const { policy, scope } = by;
  const body = readJudged(asked, createShape, CreateBody);
  if (policy.containers.users === 'non-root' && !isPlainUser(body.User ?? ''))
    throw refused('containers without a user by a number above 0 (--user 1000)', 'containers.users');
  const labels = ownedLabels(body.Labels ?? {}, scope.tenant);
  refuseProbes(body.Env ?? [], labels);
  const hostChanges = { ...notForTheImage(() => ownNames(body, by)), ...limits(body.HostConfig, by) };
  const bytes = objectBytes(asked);
  const hostBytes = body.HostConfig ? member(bytes, 'HostConfig') : Buffer.from('{}');
  const named = replaceMembers(bytes, {
    Labels: JSON.stringify(labels),
    ...(body.Image && { Image: JSON.stringify(usableImage(by, body.Image)) }),
    ...(hostBytes !== undefined && Object.keys(hostChanges).length > 0 && { HostConfig: replaceMembers(hostBytes, hostChanges) }),
  });
  judgeSent(named, by);
  return { bytes: named };
}

/** What a container has although its create does not say so. */
function limits(host: LimitedHost | null | undefined, { policy }: TenantCase): Record<string, string> {
  const { users, pids } = policy.containers;
  const { PidsLimit = 0, SecurityOpt = [] } = host ?? {};
  // Or a program of the image that runs as its owner would be root again.
  const mayBecomeRoot = users === 'non-root' && !SecurityOpt.some((option) => option.startsWith('no-new-privileges'));
  return {
    ...(PidsLimit <= 0 && { PidsLimit: String(pids) }),
    ...(mayBecomeRoot && { SecurityOpt: JSON.stringify([...SecurityOpt, 'no-new-privileges']) }),
  };
}

/** Judges what the engine gets of it: names without their nodes, what older clients say elsewhere where engines look for it. */
function judgeSent(named: Buffer, by: TenantCase): void {
  const { containers, quotas } = by.policy;
  const isNode = (name: string) => by.whole.visible().some((engine) => isCalled(engine, name));
  const { bodyFor } = parseCreate(named, { name: '', platform: '', apiVersion: '', swarmId: '', isNode });
  const bytes = bodyFor('');
  const { HostConfig, NetworkingConfig } = readJudged({ body: JSON.parse(bytes.toString('utf8')) }, createShape, CreateBody);
  const host = HostConfig ?? LimitedHost.parse({});
  requireAllowed(host, containers);
  notForTheImage(() => {
    for (const network of [host.NetworkMode, ...Object.keys(NetworkingConfig?.EndpointsConfig ?? {})])
      requireSentNetwork(by, network);
  });
  const { Memory: memoryBytes, NanoCpus: nanoCpus, PublishAllPorts: publishesAll } = host;
  refuseUncounted(quotas, { memoryBytes, nanoCpus, publishesAll });
  refuseSwap(quotas, host);
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
  if (endpoint?.NetworkID) requireNetworkId(by, endpoint.NetworkID);
  if (endpoint?.Links?.length) for (const link of endpoint.Links) ownContainer(by, firstPart(link));
}

/** The members of the HostConfig that name other objects, by IDs. Throws for whatever the create names that is not the tenant's. */
function ownNames({ HostConfig, NetworkingConfig }: z.infer<typeof CreateBody>, by: TenantCase): Record<string, string> {
  const host = HostConfig ?? LimitedHost.parse({});
  for (const [network, endpoint] of Object.entries(NetworkingConfig?.EndpointsConfig ?? {}))
    requireEndpoint(by, network, endpoint);
  for (const { kind, source } of host.Binds.map(bindSource)) if (kind === 'volume') requireOwn(by, 'volume', source);
  for (const { Type, Source, VolumeOptions } of host.Mounts) {
    if (Type === 'volume' && Source !== '') requireOwn(by, 'volume', Source);
    if (VolumeOptions?.Labels) ownedLabels(VolumeOptions.Labels, by.scope.tenant);
    // Where it is given by digits an engine may find another.
    if (Type === 'image' && usableImage(by, Source) !== Source) throw refused(`the image ${Source} by the beginning of its ID`);
  }
  if (!host.NetworkMode.startsWith(besideContainer)) requireNetwork(by, host.NetworkMode);
  return {
    ...mode('NetworkMode', host.NetworkMode, by),
    ...mode('IpcMode', host.IpcMode, by),
    ...mode('PidMode', host.PidMode, by),
    ...list('VolumesFrom', host.VolumesFrom, by),
    ...list('Links', host.Links, by),
  };
}

function mode(key: string, value: string, by: TenantCase): Record<string, string> {
  if (!value.startsWith(besideContainer)) return {};
  return { [key]: JSON.stringify(`${besideContainer}${ownContainer(by, value.slice(besideContainer.length))}`) };
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

/** Affinities ask where other containers and images are, in whose names the tenant has no say. */
function refuseProbes(env: readonly string[], labels: Readonly<Record<string, string>>): void {
  const isProbe = (text: string) => /affinit/i.test(text.split('=')[0] ?? '');
  const odd = env.find((line) => /^affinity:/i.test(line)) ?? Object.keys(labels).find(isProbe);
  if (odd !== undefined) throw refused('affinities, which tell of containers of others: use constraints');
}
