import { createAccount, createOperator, type KeyPair } from '@nats-io/jwt';
import { type Party, parties } from '#contracts';
import type { KeyRing } from './key-ring.ts';

/** New keys for a fleet that has none. */
export function newKeyRing(cluster: string): KeyRing {
  return {
    cluster,
    operatorSeed: seedOf(createOperator()),
    systemSeed: seedOf(createAccount()),
    accountKey: createAccount().getPublicKey(),
    roleSeeds: Object.fromEntries(parties.map((party) => [party, seedOf(createAccount())])) as Record<Party, string>,
    agents: [],
  };
}

function seedOf(pair: KeyPair): string {
  return new TextDecoder().decode(pair.getSeed());
}
