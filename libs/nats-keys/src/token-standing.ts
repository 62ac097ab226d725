import type { KeyRing } from './key-ring.ts';

/** How the tokens of one agent stand by the keys of its fleet. `forgotten` = these keys know none: it expired long ago, or other keys signed it. */
export type TokenStanding =
  | { readonly state: 'good' | 'revoked' | 'expired'; readonly atMs: number }
  | { readonly state: 'forgotten' };

const msPerSecond = 1_000;

/** One token that counts makes the agent welcome; of those that do not, the latest says why. `atMs`: when it ends, or ended. */
export function tokenStanding({ agents }: KeyRing, id: string, nowMs: number): TokenStanding {
  const own = agents.filter((agent) => agent.id === id);
  const isGood = (agent: (typeof own)[number]) => agent.revokedAtS === undefined && agent.expiresAtS * msPerSecond > nowMs;
  const latest = own.findLast(isGood) ?? own.at(-1);
  if (latest === undefined) return { state: 'forgotten' };
  const { expiresAtS, revokedAtS } = latest;
  if (revokedAtS !== undefined) return { state: 'revoked', atMs: revokedAtS * msPerSecond };
  return { state: isGood(latest) ? 'good' : 'expired', atMs: expiresAtS * msPerSecond };
}
