import { z } from 'zod';
import { agentOf } from './agent-record.ts';
import type { EngineRecord } from './engine-record.ts';

/**
 * `daemon.<token(daemon id)>`: the member under which the daemon of this ID is served. Writer: the owner of that member's engine, always by
 * compare-and-set, and anew at each connect, so that whoever judged by an older state of the log is refused.
 */
export const DaemonClaim = z.object({
  /** The daemon's own ID. */
  id: z.string(),
  /** The member that serves it. */
  key: z.string(),
  address: z.string(),
});
export type DaemonClaim = z.infer<typeof DaemonClaim>;

/** What the log says of the member that holds a claim. */
export type ClaimHolder = {
  readonly isMember: boolean;
  /** Somebody holds the lease of its engine. */
  readonly isOwned: boolean;
  /** Its engine's record, with the record's sequence. */
  readonly info: { readonly record: EngineRecord; readonly sequence: number } | undefined;
};

/** stands: the holder serves the daemon, or just connects to it. away: the holder does not reach it. void: the holder is gone or has another daemon. */
export type ClaimStanding = 'stands' | 'away' | 'void';

/**
 * How a claim stands against another member that wants it. The holder's word counts only if it is younger than its claim: between the two
 * the holder is connecting, and says nothing until that has ended one way or the other.
 */
export function claimStanding(
  claim: DaemonClaim,
  claimSequence: number,
  { isMember, isOwned, info }: ClaimHolder,
): ClaimStanding {
  if (!isMember) return 'void';
  // Nobody else can say that an engine behind an agent is away: its last word stays what it was.
  if (agentOf(claim.address) !== undefined && !isOwned) return 'away';
  if (info === undefined || info.sequence < claimSequence) return 'stands';
  const { state, heldUntilMs, identity } = info.record;
  if (identity !== undefined && identity.id !== claim.id) return 'void';
  return state === 'healthy' || heldUntilMs !== undefined ? 'stands' : 'away';
}
