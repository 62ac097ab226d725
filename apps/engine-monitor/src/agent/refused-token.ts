import { readFileSync } from 'node:fs';
import { type CredentialsRefusal, shownNatsUrl } from '#cluster-bus';
import { tokenEndMs } from '#nats-keys';

/** What an agent shows when it dials. */
export type ShownToken = {
  /** Of the agent it was issued for. */
  readonly id: string;
  /** Empty = the agent has none, and dials with what the URL says. */
  readonly file: string;
  readonly url: string;
};

/** That the cluster does not take the token, why, and what to do, for whoever reads the agent's log. The file is read as it is now. */
export function refusedToken({ id, file, url }: ShownToken, refusal: CredentialsRefusal, nowMs: number): string {
  if (file === '')
    return `the cluster’s NATS at ${shownNatsUrl(url)} refuses this agent, which has no join token: join with one (baleen join --token FILE; baleen join-token makes it)`;
  return (
    `the cluster refuses the join token of agent ${id}: ${reasonOf(refusal, endOf(file), nowMs)}. ` +
    `On the fleet’s machine make a new one (baleen join-token --id ${id}, with --nats-dir or --keys) and put it here in the place of ${file}`
  );
}

function reasonOf(refusal: CredentialsRefusal, endMs: number | undefined, nowMs: number): string {
  if (refusal === 'revoked') return 'it was revoked';
  const isOver = refusal === 'expired' || (endMs !== undefined && endMs <= nowMs);
  if (!isOver) return 'it was revoked, or other keys than the cluster’s signed it';
  return endMs === undefined ? 'it has expired' : `it expired at ${new Date(endMs).toISOString()}`;
}

function endOf(file: string): number | undefined {
  try {
    return tokenEndMs(readFileSync(file, 'utf8'));
  } catch {
    // Gone meanwhile: the next connection says so.
    return undefined;
  }
}
