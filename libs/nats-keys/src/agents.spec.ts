import { expect, it } from 'vitest';
import { admitAgent, revokeAgent } from './agents.ts';
import { newKeyRing } from './new-key-ring.ts';

const id = '00000000000000aa';

it('a renewed token stands beside the one before; a revocation ends both, once', async () => {
  const first = await admitAgent(newKeyRing('c'), { id, nowS: 100, expiresAtS: 200 });
  const second = await admitAgent(first.ring, { id, nowS: 150, expiresAtS: 300 });
  expect(second.ring.agents.map(({ expiresAtS }) => expiresAtS)).toEqual([200, 300]);
  expect(second.ring.agents[0]?.userKey).not.toBe(second.ring.agents[1]?.userKey);
  const revoked = revokeAgent(second.ring, id, 160);
  expect(revoked?.agents.map(({ revokedAtS }) => revokedAtS)).toEqual([160, 160]);
  expect(revokeAgent(revoked ?? first.ring, id, 170)).toBeUndefined();
  expect(revokeAgent(second.ring, '00000000000000bb', 160)).toBeUndefined();
});

it('what has expired is forgotten, and never revoked', async () => {
  const { ring } = await admitAgent(newKeyRing('c'), { id, nowS: 100, expiresAtS: 200 });
  expect(revokeAgent(ring, id, 200)).toBeUndefined();
  const later = await admitAgent(ring, { id: '00000000000000cc', nowS: 250, expiresAtS: 300 });
  expect(later.ring.agents.map((agent) => agent.id)).toEqual(['00000000000000cc']);
});
