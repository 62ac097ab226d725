import {
  type ClaimHolder,
  type ClaimStanding,
  claimStanding,
  type DaemonClaim,
  EngineRecord,
  readRecord,
  subjects,
} from '#contracts';
import type { ClusterLog } from './log.ts';

/** How a claim that was read at this sequence stands against another member. */
export type StandingOf = (claim: DaemonClaim, sequence: number) => Promise<ClaimStanding>;

/** By what the log says of the claim's holder. Rejects with cluster/unavailable. */
export function standingIn(log: Pick<ClusterLog, 'get'>): StandingOf {
  return async (claim, sequence) => claimStanding(claim, sequence, await holderOf(log, claim.key));
}

async function holderOf(log: Pick<ClusterLog, 'get'>, key: string): Promise<ClaimHolder> {
  const [member, info, lease] = await Promise.all([
    log.get(subjects.member(key)),
    log.get(subjects.engineInfo(key)),
    log.get(subjects.lease(`engine.${key}`)),
  ]);
  const record = readRecord(EngineRecord, info?.payload);
  return {
    isMember: member !== undefined,
    isOwned: lease !== undefined,
    info: info === undefined || record === undefined ? undefined : { record, sequence: info.sequence },
  };
}
