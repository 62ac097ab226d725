import { z } from 'zod';
import { labelsWithFormerId } from '#contracts';
import { inAnyCase } from '#docker-api';
import { readAs } from './read-as.ts';

/**
 * Label of a network whose creator chose subnets that look as if its engine had drawn them: elsewhere it must have the same, while what one engine
 * has drawn another may have in use.
 */
export const chosenSubnetsLabel = 'io.baleen.chosen-subnets';

const Subnet = z.looseObject({ Subnet: z.string().nullish(), Gateway: z.string().nullish(), IPRange: z.string().nullish() });
const Inspected = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  Labels: z.record(z.string(), z.string()).nullish(),
  IPAM: z.looseObject({ Config: z.array(Subnet).nullish() }).nullish(),
});
type Inspected = z.infer<typeof Inspected>;
type Ipam = Inspected['IPAM'];

/** Members of `GET /networks/{id}` that are a create's too (API 1.24 to 1.51). */
const createMembers: ReadonlySet<string> = new Set([
  'Driver',
  'EnableIPv4',
  'EnableIPv6',
  'Internal',
  'Attachable',
  'ConfigFrom',
  'ConfigOnly',
  'Options',
]);

/** The body that makes a network as it was inspected, under the same name, on another engine. Throws engine/bad-answer on an inspection that is none. */
export function networkAnew(inspected: string): string {
  const { Id, Name, Labels, IPAM, ...rest } = readAs(Inspected, inspected);
  const labels = labelsWithFormerId({ id: Id, labels: Labels ?? {} });
  const alike = Object.fromEntries(Object.entries(rest).filter(([name]) => createMembers.has(name)));
  const ipam = isDrawn(IPAM, labels) ? { ...IPAM, Config: null } : IPAM;
  // Engines before 25 make a second one of the name unless they are told.
  return JSON.stringify({ ...alike, Name, CheckDuplicate: true, Labels: labels, IPAM: ipam });
}

function isDrawn(ipam: Ipam, labels: Readonly<Record<string, string>>): boolean {
  return !Object.hasOwn(labels, chosenSubnetsLabel) && (ipam?.Config ?? []).every(looksDrawn);
}

/** Engines show a gateway only where they drew the subnet or somebody chose the gateway, too. */
function looksDrawn({ Subnet: subnet, Gateway: gateway, IPRange: range }: z.infer<typeof Subnet>): boolean {
  return Boolean(gateway) && !range && defaultPools.test(subnet ?? '');
}

/** What dockerd draws from unless its operator says otherwise (`--default-address-pool`), and unique local IPv6 subnets (engines since 27). */
const defaultPools = /^(?:172\.(?:1[7-9]|2\d|3[01])\.0\.0\/16|192\.168\.\d+\.0\/20|fd[0-9a-f:]+\/64)$/;

const ChosenSubnets = z.looseObject({ Config: z.array(inAnyCase(Subnet)).min(1) });

/** The body of a network create, with our label where it is needed. */
export function withChosenSubnets<B extends { IPAM?: unknown; Labels?: Record<string, string> | null | undefined }>(body: B): B {
  const chosen = ChosenSubnets.safeParse(body.IPAM).data?.Config;
  return chosen?.some(looksDrawn) ? { ...body, Labels: { ...body.Labels, [chosenSubnetsLabel]: 'true' } } : body;
}
