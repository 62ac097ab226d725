import { issueCredentials } from './claims.ts';
import type { IssuedAgent, KeyRing } from './key-ring.ts';

/** Credentials for one more agent; `ring` is what must be kept. */
export async function admitAgent(
  ring: KeyRing,
  { id, nowS, expiresAtS }: { readonly id: string; readonly nowS: number; readonly expiresAtS: number },
): Promise<{ readonly ring: KeyRing; readonly credentials: string }> {
  const { text, userKey } = await issueCredentials(ring, 'agent', id, expiresAtS);
  const issued: IssuedAgent = { id, userKey, issuedAtS: nowS, expiresAtS };
  // What has expired needs neither a line nor a revocation any more.
  const agents = ring.agents.filter((agent) => agent.expiresAtS > nowS);
  return { ring: { ...ring, agents: [...agents, issued] }, credentials: text };
}

/** The ring without these credentials' word: of an agent, all that were issued for it. `undefined` = none that count are known. */
export function revokeAgent(ring: KeyRing, id: string, nowS: number): KeyRing | undefined {
  const isMeant = (agent: IssuedAgent) => agent.id === id && agent.revokedAtS === undefined && agent.expiresAtS > nowS;
  if (!ring.agents.some(isMeant)) return undefined;
  return { ...ring, agents: ring.agents.map((agent) => (isMeant(agent) ? { ...agent, revokedAtS: nowS } : agent)) };
}
