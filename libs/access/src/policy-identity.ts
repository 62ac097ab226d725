import { z } from 'zod';
import { Name, shownName } from './policy-name.ts';
import { allPrivileges, roles } from './privilege.ts';

const CertificateName = z
  .string()
  .regex(/^(?:CN|DNS|URI|email):\S(?:.*\S)?$/, 'write CN:…, DNS:…, URI:… or email:…, as the certificate has it');

const TokenDigest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'write sha256: and 64 hex digits (baleen policy token)');

export const Identity = z.strictObject({
  /** Client certificates that have one of these names. */
  certificates: z.array(CertificateName).default([]),
  /** Digests of its bearer tokens (`baleen policy token`). */
  tokens: z.array(TokenDigest).default([]),
  /** Whoever reaches a unix socket of the gateway, which has mode 0600. */
  localSocket: z.boolean().default(false),
  role: z.enum(Object.keys(roles) as [keyof typeof roles]),
  /** Confines it to what belongs to this tenant. */
  tenant: Name.optional(),
  /** Privileges beyond those of the role. */
  also: z.array(z.enum(allPrivileges)).default([]),
});

type Row = Readonly<Record<string, unknown>>;
type Problem = { readonly path: readonly string[]; readonly message: string };

/**
 * What is wrong with the identities of a policy that no member says by itself. Read from the file as it was parsed, so that it is found
 * beside problems of form; a member of a wrong form is passed over here, and is never quoted: it may be a secret.
 */
export function identityProblems(policy: unknown): Problem[] {
  const { identities, tenants } = rowOf(policy);
  if (!isRow(identities)) return [];
  const rows = Object.entries(identities).filter((entry): entry is [string, Row] => isRow(entry[1]));
  if (Object.keys(identities).length === 0)
    return [{ path: ['identities'], message: 'nobody could ask anything: give at least one identity' }];
  const alone = rows.flatMap(([name, row]) =>
    ofOne(row, tenants).map(({ path, message }) => ({ path: ['identities', name, ...path], message })),
  );
  return [...alone, ...sharedProofs(rows)];
}

function ofOne(row: Row, tenants: unknown): Problem[] {
  const { tenant, role, also } = row;
  const problems: Problem[] = [];
  if (['certificates', 'tokens', 'localSocket'].every((member) => saysNothing(row[member])))
    problems.push({ path: [], message: 'nobody can be it: give certificates, tokens or localSocket' });
  if (tenant === undefined) return problems;
  const isKnowable = Name.safeParse(tenant).success && (tenants === undefined || isRow(tenants));
  if (isKnowable && !Object.hasOwn(rowOf(tenants), String(tenant)))
    problems.push({ path: ['tenant'], message: `there is no tenant ${tenant}` });
  if (role === 'admin' || listOf(also).includes('admin'))
    problems.push({ path: [], message: 'admin concerns the whole fleet: an identity of a tenant cannot have it' });
  return problems;
}

function sharedProofs(rows: readonly (readonly [string, Row])[]): Problem[] {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [name, row] of rows)
    for (const proof of proofsOf(row)) {
      const other = owners.get(proof);
      if (other !== undefined)
        problems.push({ path: ['identities', name], message: `${proof} is ${shownName(other)}’s already` });
      owners.set(proof, name);
    }
  return problems;
}

/** By what somebody is known as this identity. */
function proofsOf({ certificates, tokens, localSocket }: Row): string[] {
  const isProof = (text: unknown): text is string =>
    CertificateName.safeParse(text).success || TokenDigest.safeParse(text).success;
  return [...listOf(certificates), ...listOf(tokens), ...(localSocket === true ? ['localSocket'] : [])].filter(
    (proof): proof is string => proof === 'localSocket' || isProof(proof),
  );
}

function saysNothing(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rowOf(value: unknown): Row {
  return isRow(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
