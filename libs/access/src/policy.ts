import { z } from 'zod';
import { BaleenError } from '#contracts';
import { policyWords } from './policy-words.ts';
import { allPrivileges, type Privilege, roles } from './privilege.ts';
import { readStrictJson } from './strict-json.ts';
import { parseSubnet } from './subnets.ts';

/** Names stand in log lines, labels and queries. */
const nameRule = 'a name is up to 63 letters, digits, dots, dashes and underscores';
const Name = z.string().regex(/^[a-zA-Z0-9][\w.-]{0,62}$/, nameRule);

const CertificateName = z
  .string()
  .regex(/^(?:CN|DNS|URI|email):\S(?:.*\S)?$/, 'write CN:…, DNS:…, URI:… or email:…, as the certificate has it');

const Identity = z.strictObject({
  /** Client certificates that have one of these names. */
  certificates: z.array(CertificateName).default([]),
  /** Digests of its bearer tokens (`baleen policy token`). */
  tokens: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/, 'write sha256: and 64 hex digits (baleen policy token)')).default([]),
  /** Whoever reaches a unix socket of the gateway, which has mode 0600. */
  localSocket: z.boolean().default(false),
  role: z.enum(Object.keys(roles) as [keyof typeof roles]),
  /** Confines it to what belongs to this tenant. */
  tenant: Name.optional(),
  /** Privileges beyond those of the role. */
  also: z.array(z.enum(allPrivileges)).default([]),
});

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

/** zod says no more of a key than that it is invalid. */
function named<S extends z.ZodType>(value: S) {
  return z.record(z.string(), value).superRefine((rows, context) => {
    for (const name of Object.keys(rows))
      if (!Name.safeParse(name).success) context.addIssue({ code: 'custom', message: `${JSON.stringify(name)}: ${nameRule}` });
  });
}

const Policy = z
  .strictObject({ identities: named(Identity), tenants: named(Tenant).default({}) })
  .superRefine(({ identities, tenants }, context) => {
    const complain = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const owners = new Map<string, string>();
    for (const [name, { certificates, tokens, localSocket, role, tenant, also }] of Object.entries(identities)) {
      const path = ['identities', name];
      const proofs = [...certificates, ...tokens, ...(localSocket ? ['localSocket'] : [])];
      if (proofs.length === 0) complain(path, 'nobody can be it: give certificates, tokens or localSocket');
      for (const proof of proofs) {
        const other = owners.get(proof);
        if (other !== undefined) complain(path, `${proof} is ${other}’s already`);
        owners.set(proof, name);
      }
      if (tenant !== undefined && !Object.hasOwn(tenants, tenant)) complain([...path, 'tenant'], `there is no tenant ${tenant}`);
      if (tenant !== undefined && (role === 'admin' || also.includes('admin')))
        complain(path, 'admin concerns the whole fleet: an identity of a tenant cannot have it');
    }
    if (owners.size === 0) complain(['identities'], 'nobody could ask anything: give at least one identity');
  });
export type Policy = z.infer<typeof Policy>;
export type TenantPolicy = z.infer<typeof Tenant>;

/** Reads a policy file. Throws request/invalid for what is no plain JSON, config/invalid with every problem in one message. */
export function parsePolicy(bytes: Buffer): Policy {
  const parsed = Policy.safeParse(readStrictJson(bytes), { error: policyWords });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.') || 'the policy'}: ${message}`);
  throw new BaleenError('config/invalid', problems.join('\n'));
}

/** What an identity of the policy may do. */
export function privilegesOf({ role, also }: Policy['identities'][string]): ReadonlySet<Privilege> {
  return new Set<Privilege>([...roles[role], ...also]);
}
