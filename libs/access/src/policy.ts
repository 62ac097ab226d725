import { z } from 'zod';
import { BaleenError } from '#contracts';
import { Identity, identityProblems } from './policy-identity.ts';
import { Name, shownName } from './policy-name.ts';
import { policyWords } from './policy-words.ts';
import { type Privilege, roles } from './privilege.ts';
import { readAmbiguousJson } from './strict-json.ts';
import { parseSubnet } from './subnets.ts';

/** `registry.example/team/*`: `*` is any text; without a domain it is Docker Hub's, as for the docker CLI. */
const ImagePattern = z
  .string()
  .regex(/^[a-z0-9*][\w.:/*-]*$/, 'an image pattern is a repository without tag, with * for any text');

const HostPath = z
  .string()
  .regex(/^\/(?:[^/\0]+(?:\/[^/\0]+)*)?$/, 'write an absolute path without a slash at its end')
  .refine((path) => !path.split('/').some((part) => part === '..' || part === '.'), 'write the path without . and ..');

/** What containers of a tenant may be; whatever is not said here is refused. */
const ContainerLimits = z.strictObject({
  privileged: z.boolean().default(false),
  /** Of the engine's machine: network, pid, ipc, uts, user, cgroup. */
  hostNamespaces: z.array(z.enum(['network', 'pid', 'ipc', 'uts', 'user', 'cgroup'])).default([]),
  /** Devices of the engine's machine by their paths. */
  devices: z.array(HostPath).default([]),
  /** Device requests: GPUs and CDI devices. */
  gpus: z.boolean().default(false),
  /** Linux capabilities beyond Docker's usual ones, as in NET_ADMIN. */
  capabilities: z.array(z.string().regex(/^[A-Z][A-Z_]*$/, 'write a capability as in NET_ADMIN')).default([]),
  /** Paths of the engine's machine that may be mounted: these very ones, since whatever lies below could be made a link to elsewhere. */
  binds: z.array(HostPath).default([]),
  /** Security options beyond no-new-privileges, literally. */
  securityOptions: z.array(z.string()).default([]),
  /** OCI runtimes beyond the engine's default. */
  runtimes: z.array(z.string()).default([]),
  /** Processes and threads that a container may have at one time, and has where it says none: one that makes more and more takes the engine with it. */
  pids: z.number().int().min(1).default(4_096),
  /** The lowest port of an engine's machine, or a gateway's, that it may ask for by number. */
  lowestHostPort: z.number().int().min(1).max(65_535).default(1),
  /** Drivers of its networks. */
  networkDrivers: z.array(z.string()).default(['bridge']),
  /** Where its networks may have subnets of its own choice: what else the engine's machine sends to an address there goes to the tenant. */
  subnets: z.array(z.string().refine((text) => parseSubnet(text) !== undefined, 'write a subnet as in 10.20.0.0/16')).default([]),
  /** Whether it may use the bridge that each engine has from birth, where containers of all tenants meet. */
  defaultBridge: z.boolean().default(true),
  /** non-root: every create and exec must say a user by a number above 0. */
  users: z.enum(['any', 'non-root']).default('any'),
});
export type ContainerLimits = z.infer<typeof ContainerLimits>;

const count = z.number().int().min(0).optional();

/** Of all that the tenant has at one time; what is left out has no limit. */
const Quotas = z.strictObject({
  containers: count,
  /** Sum of the containers' limits, bytes: each must then have one. */
  memoryBytes: count,
  /** Sum of the containers' CPUs: each must then say how many. */
  cpus: z.number().min(0).optional(),
  /** Host ports. */
  publishedPorts: count,
  networks: count,
  volumes: count,
});
export type Quotas = z.infer<typeof Quotas>;

const Tenant = z.strictObject({
  images: z
    .strictObject({
      /** Repositories it may pull, see and run, which others may fill. */
      use: z.array(ImagePattern).default([]),
      /** Repositories that are its own: it may also name, push and remove images there. */
      own: z.array(ImagePattern).default([]),
    })
    .prefault({}),
  /** Whether it may build although builders are shared: it then sees what others have built on the same engine. */
  sharedBuilders: z.boolean().default(false),
  containers: ContainerLimits.prefault({}),
  quotas: Quotas.prefault({}),
});

const Policy = z.strictObject({ identities: z.record(Name, Identity), tenants: z.record(Name, Tenant).default({}) });
export type Policy = z.infer<typeof Policy>;
export type TenantPolicy = z.infer<typeof Tenant>;

/** Reads a policy file. Throws request/invalid for what is no JSON, config/invalid with every problem in one message, a line each. */
export function parsePolicy(bytes: Buffer): Policy {
  const { value, ambiguities } = readAmbiguousJson(bytes);
  const parsed = Policy.safeParse(value, { error: policyWords });
  const { data } = parsed;
  const problems = [
    ...ambiguities,
    ...[...(parsed.error?.issues ?? []), ...identityProblems(value)].map(
      ({ path, message }) => `${path.map(step).join('.') || 'the policy'}: ${message}`,
    ),
  ];
  if (data !== undefined && problems.length === 0) return data;
  throw new BaleenError('config/invalid', problems.join('\n'));
}

/** Rows of lists go by number. */
function step(key: PropertyKey): string {
  return typeof key === 'number' ? String(key) : shownName(String(key));
}

/** What an identity of the policy may do. */
export function privilegesOf({ role, also }: Policy['identities'][string]): ReadonlySet<Privilege> {
  return new Set<Privilege>([...roles[role], ...also]);
}
