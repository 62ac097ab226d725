import { createAccount, createOperator, type KeyPair } from '@nats-io/jwt';
import { type Role, roles } from '#contracts';
import type { KeyRing } from './key-ring.ts';

/** New keys for a fleet that has none. */
export function newKeyRing(cluster: string): KeyRing {
  return {
    cluster,
    operatorSeed: seedOf(createOperator()),
    systemSeed: seedOf(createAccount()),
    accountKey: createAccount().getPublicKey(),
    roleSeeds: Object.fromEntries(roles.map((role) => [role, seedOf(createAccount())])) as Record<Role, string>,
    agents: [],
  };
}

function seedOf(pair: KeyPair): string {
  return new TextDecoder().decode(pair.getSeed());
}
