import { z } from 'zod';
import { subnetTest } from '#access';
import { BaleenError } from '#contracts';
import { replaceMembers } from '#docker-api';
import { endpointChangeShape, networkShape, volumeShape } from './body-shapes.ts';
import { requireEndpoint } from './container-create.ts';
import { type Amended, type Asked, refused, type TenantCase } from './judge.ts';
import { ownContainer, refuseTaken, requireOwn } from './own-references.ts';
import { ownedLabels } from './owner-label.ts';
import { objectBytes, readJudged } from './read-judged.ts';

const labels = z.record(z.string(), z.string()).nullish();
const options = z.record(z.string(), z.string()).nullish();
const text = z.string().nullish();

export const VolumeBody = z.looseObject({
  Name: text,
  Driver: text,
  DriverOpts: options,
  Labels: labels,
  ClusterVolumeSpec: z.unknown().optional(),
});

/** The local driver's options mount whatever the engine can reach, and other drivers are programs of their own. */
export function judgeVolumeCreate(asked: Asked, by: TenantCase): Amended {
  const body = readJudged(asked, volumeShape, VolumeBody);
  if (body.Driver && body.Driver !== 'local') throw refused(`the volume driver ${JSON.stringify(body.Driver)}`);
  if (Object.keys(body.DriverOpts ?? {}).length > 0) throw refused('options of the volume driver');
  if (body.ClusterVolumeSpec) throw refused('cluster volumes');
  const name = body.Name ?? '';
  refuseTaken(by, 'volume', name);
  return { bytes: owned(asked, body.Labels, by) };
}

export const NetworkBody = z.looseObject({
  Name: text,
  Driver: text,
  Scope: text,
  Ingress: z.boolean().nullish(),
  ConfigOnly: z.boolean().nullish(),
  ConfigFrom: z.looseObject({ Network: text }).nullish(),
  IPAM: z
    .looseObject({
      Driver: text,
      Options: options,
      Config: z.array(z.looseObject({ Subnet: text, IPRange: text, Gateway: text, AuxiliaryAddresses: options })).nullish(),
    })
    .nullish(),
  Options: options,
  Labels: labels,
});

/** What a bridge may be told; other options name interfaces and addresses of the engine's machine. */
const networkOptions: ReadonlySet<string> = new Set([
  'com.docker.network.driver.mtu',
  'com.docker.network.bridge.enable_icc',
  'com.docker.network.bridge.enable_ip_masquerade',
]);

export function judgeNetworkCreate(asked: Asked, by: TenantCase): Amended {
  const body = readJudged(asked, networkShape, NetworkBody);
  const { networkDrivers } = by.policy.containers;
  const driver = body.Driver || 'bridge';
  if (!networkDrivers.includes(driver))
    throw refused(`the network driver ${JSON.stringify(driver)}`, 'containers.networkDrivers');
  const odd = Object.keys(body.Options ?? {}).find((name) => !networkOptions.has(name));
  if (odd !== undefined) throw refused(`the network option ${odd}`);
  if ((body.Scope && body.Scope !== 'local') || body.Ingress || body.ConfigOnly) throw refused('networks of a swarm');
  if (body.ConfigFrom?.Network) requireOwn(by, 'network', body.ConfigFrom.Network);
  if ((body.IPAM?.Driver || 'default') !== 'default' || Object.keys(body.IPAM?.Options ?? {}).length > 0)
    throw refused('other ways to give out addresses than the default');
  const isAllowed = subnetTest(by.policy.containers.subnets);
  const outside = body.IPAM?.Config?.flatMap(addressesOf).find((text) => !isAllowed(text));
  if (outside !== undefined)
    throw refused(`the subnet or address ${outside || '(none)'}: let the engine choose one`, 'containers.subnets');
  refuseTaken(by, 'network', body.Name ?? '');
  return { bytes: owned(asked, body.Labels, by) };
}

type AddressConfig = NonNullable<NonNullable<z.infer<typeof NetworkBody>['IPAM']>['Config']>[number];

/** All that a pool of addresses says, its subnet even where it says none. */
function addressesOf({ Subnet, IPRange, Gateway, AuxiliaryAddresses }: AddressConfig): string[] {
  const others = [IPRange, Gateway, ...Object.values(AuxiliaryAddresses ?? {})].map((address) => address ?? '');
  return [Subnet ?? '', ...others.filter((address) => address !== '')];
}

export const EndpointBody = z.looseObject({
  Container: text,
  EndpointConfig: z.looseObject({ Links: z.array(z.string()).nullish(), NetworkID: text }).nullish(),
});

/** Connect and disconnect: both the network and the container are the tenant's. */
export function judgeEndpoint(asked: Asked, by: TenantCase): Amended {
  const body = readJudged(asked, endpointChangeShape, EndpointBody);
  if (!body.Container) throw new BaleenError('request/invalid', 'invalid JSON: Container is missing');
  requireEndpoint(by, asked.params['id'] ?? '', body.EndpointConfig);
  return { bytes: replaceMembers(objectBytes(asked), { Container: JSON.stringify(ownContainer(by, body.Container)) }) };
}

function owned(asked: Asked, given: z.infer<typeof labels>, { scope }: TenantCase): Buffer {
  return replaceMembers(objectBytes(asked), { Labels: JSON.stringify(ownedLabels(given ?? {}, scope.tenant)) });
}
