import {
  type Account,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
  fromPublic,
  fromSeed,
  type KeyPair,
  newScopedSigner,
  type OperatorLimits,
} from '@nats-io/jwt';
import { natsPermissions, type Party, parties } from '#contracts';
import type { KeyRing } from './key-ring.ts';

const unlimited = -1;
const nanosPerMs = 1_000_000;
const accountLimits: OperatorLimits = {
  subs: unlimited,
  data: unlimited,
  payload: unlimited,
  imports: unlimited,
  exports: unlimited,
  wildcards: true,
  conn: unlimited,
  leaf: unlimited,
};
const logLimits: OperatorLimits = {
  mem_storage: unlimited,
  disk_storage: unlimited,
  streams: unlimited,
  consumer: unlimited,
};

export type Credentials = {
  /** The text of a `.creds` file: claims and seed. A secret. */
  readonly text: string;
  readonly userKey: string;
};

export function operatorClaims(ring: KeyRing): Promise<string> {
  const systemKey = pairOf(ring.systemSeed).getPublicKey();
  return encodeOperator(`baleen-${ring.cluster}`, pairOf(ring.operatorSeed), { system_account: systemKey });
}

export function systemAccountClaims(ring: KeyRing): Promise<string> {
  const system = pairOf(ring.systemSeed);
  return encodeAccount('system', system, { limits: accountLimits }, { signer: pairOf(ring.operatorSeed) });
}

/** The fleet's account: what each party may do, and whose credentials count no more. */
export function fleetAccountClaims(ring: KeyRing): Promise<string> {
  const account: Partial<Account> = {
    limits: { ...accountLimits, ...logLimits },
    signing_keys: parties.map((party) => scopeOf(ring, party)),
    revocations: Object.fromEntries(
      ring.agents.flatMap(({ userKey, revokedAtS }) => (revokedAtS === undefined ? [] : [[userKey, revokedAtS]])),
    ),
  };
  return encodeAccount(ring.cluster, fromPublic(ring.accountKey), account, { signer: pairOf(ring.operatorSeed) });
}

/** Credentials of a party in the fleet. What they may do stands in the account, not in them, so a new version changes it without issuing them anew. */
export async function issueCredentials(ring: KeyRing, party: Party, name: string, expiresAtS?: number): Promise<Credentials> {
  const user = createUser();
  const claims = await encodeUser(
    name,
    user,
    fromPublic(ring.accountKey),
    {},
    { signer: pairOf(ring.roleSeeds[party]), scopedUser: true, ...(expiresAtS !== undefined && { exp: expiresAtS }) },
  );
  return { text: textOf(claims, user), userKey: user.getPublicKey() };
}

/** Credentials that may push claims to the servers. */
export async function issueSystemCredentials(ring: KeyRing): Promise<string> {
  const user = createUser();
  return textOf(await encodeUser('baleen', user, pairOf(ring.systemSeed)), user);
}

function scopeOf({ roleSeeds, cluster }: KeyRing, party: Party) {
  const { publish, subscribe, answerMs } = natsPermissions(party, cluster);
  return newScopedSigner(pairOf(roleSeeds[party]), party, {
    pub: { allow: [...publish] },
    sub: { allow: [...subscribe] },
    ...(answerMs !== undefined && { resp: { max: 1, ttl: answerMs * nanosPerMs } }),
  });
}

function pairOf(seed: string): KeyPair {
  return fromSeed(new TextEncoder().encode(seed));
}

function textOf(claims: string, user: KeyPair): string {
  return new TextDecoder().decode(fmtCreds(claims, user));
}
