import { timingSafeEqual } from 'node:crypto';
import { type Policy, type Privilege, privilegesOf, type Role, roles, tokenDigest } from '#access';
import { BaleenError } from '#contracts';

/** Who asks. */
export type Identity = {
  readonly name: string;
  readonly role: Role;
  readonly privileges: ReadonlySet<Privilege>;
  /** `undefined`: it sees the whole fleet. */
  readonly tenant: string | undefined;
};

/** What a request shows of who asks. */
export type Proofs = {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** As `peerNames`. */
  readonly certificateNames: readonly string[];
  readonly isLocalSocket: boolean;
};

/** No name of a policy has brackets. */
const supervisor: Identity = { name: '(manage)', role: 'viewer', privileges: new Set(roles.viewer), tenant: undefined };

/** The identities of a policy, found by what proves them. */
export class IdentityBook {
  readonly #byName = new Map<string, Identity>();
  readonly #byDigest: (readonly [digest: Buffer, identity: Identity])[] = [];
  readonly #local: Identity | undefined;

  /** `supervisorToken`: the digest of one more token, of whoever started the gateway. */
  constructor({ identities }: Policy, supervisorToken?: string) {
    let local: Identity | undefined;
    for (const [name, row] of Object.entries(identities)) {
      const identity = { name, role: row.role, privileges: privilegesOf(row), tenant: row.tenant };
      for (const certificate of row.certificates) this.#byName.set(certificate, identity);
      for (const digest of row.tokens) this.#byDigest.push([Buffer.from(digest), identity]);
      if (row.localSocket) local = identity;
    }
    this.#local = local;
    if (supervisorToken !== undefined) this.#byDigest.push([Buffer.from(supervisorToken), supervisor]);
  }

  /**
   * A token that is given decides, and must be known; then the certificate, whose names must be of one identity; then the socket. Throws
   * access/unauthenticated, which never tells what was shown.
   */
  find({ authorization, certificateNames, isLocalSocket }: Proofs): Identity {
    if (authorization !== undefined) return this.#byToken(authorization);
    const named = new Set(certificateNames.flatMap((name) => this.#byName.get(name) ?? []));
    const [identity] = named;
    if (named.size > 1) throw unauthenticated('the names in the client certificate are of several identities of the policy');
    if (identity !== undefined) return identity;
    if (isLocalSocket && this.#local !== undefined) return this.#local;
    throw unauthenticated(
      certificateNames.length > 0
        ? 'the policy knows none of the names in the client certificate'
        : 'the policy wants to know who asks: use a client certificate or a bearer token',
    );
  }

  /** Looks at all of them whichever fits, so that the time tells nothing. */
  #byToken(authorization: string): Identity {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (token === undefined) throw unauthenticated('the Authorization header is none of the form "Bearer <token>"');
    const digest = Buffer.from(tokenDigest(token));
    let found: Identity | undefined;
    for (const [known, identity] of this.#byDigest) if (timingSafeEqual(known, digest)) found = identity;
    if (found === undefined) throw unauthenticated('the policy does not know this bearer token');
    return found;
  }
}

function unauthenticated(reason: string): BaleenError {
  return new BaleenError('access/unauthenticated', reason);
}
