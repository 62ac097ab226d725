import { createHash } from 'node:crypto';

const length = 25;

/** The ID of a node as `docker node ls` shows it: 25 lower-case letters and digits like a swarm's, the same in every gateway. */
export function nodeId(engineKey: string): string {
  const digest = createHash('sha256').update(engineKey).digest('hex');
  return BigInt(`0x${digest}`).toString(36).padStart(50, '0').slice(-length);
}
