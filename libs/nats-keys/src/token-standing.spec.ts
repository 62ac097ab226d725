import { expect, it } from 'vitest';
import { admitAgent, revokeAgent } from './agents.ts';
import type { KeyRing } from './key-ring.ts';
import { newKeyRing } from './new-key-ring.ts';
import { tokenEndMs } from './token-end.ts';
import { tokenStanding } from './token-standing.ts';

const id = '00000000000000aa';
const admitted = async (ring: KeyRing, nowS: number, expiresAtS: number) =>
  (await admitAgent(ring, { id, nowS, expiresAtS })).ring;

it('a token is good until its end, then expired, and forgotten once another agent was admitted', async () => {
  const ring = await admitted(newKeyRing('c'), 100, 200);
  expect(tokenStanding(ring, id, 199_999)).toEqual({ state: 'good', atMs: 200_000 });
  expect(tokenStanding(ring, id, 200_000)).toEqual({ state: 'expired', atMs: 200_000 });
  const later = await admitAgent(ring, { id: '00000000000000cc', nowS: 250, expiresAtS: 300 });
  expect(tokenStanding(later.ring, id, 250_000)).toEqual({ state: 'forgotten' });
});

it('a revoked agent is welcome again with a token issued after that', async () => {
  const revoked = revokeAgent(await admitted(newKeyRing('c'), 100, 900), id, 150)!;
  expect(tokenStanding(revoked, id, 160_000)).toEqual({ state: 'revoked', atMs: 150_000 });
  const renewed = await admitted(revoked, 170, 800);
  expect(tokenStanding(renewed, id, 180_000)).toEqual({ state: 'good', atMs: 800_000 });
});

it('a token says itself when it ends, and what is none says nothing', async () => {
  const { credentials } = await admitAgent(newKeyRing('c'), { id, nowS: 100, expiresAtS: 200 });
  expect(tokenEndMs(credentials)).toBe(200_000);
  expect([tokenEndMs(''), tokenEndMs('a.b.c')]).toEqual([undefined, undefined]);
});
