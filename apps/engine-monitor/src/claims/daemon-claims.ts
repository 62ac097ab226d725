import { type ClusterLog, type LogEntry, type StandingOf, standingIn } from '#cluster-log';
import { BaleenError, DaemonClaim, readRecord, subjects } from '#contracts';

/** A claim that changes between reading and writing is read anew; so many changes in a row are no race but a defect. */
const triesMax = 10;
/** A holder that does not reach the daemon keeps its claim this long: the operator's wishes hang on its member, and it may only restart. */
const yieldMs = 10_000;

/** The part of the log that claims are made with. */
export type ClaimLog = Pick<ClusterLog, 'get' | 'append' | 'delete'>;

export type ClaimParts = {
  readonly log: ClaimLog;
  readonly clock: { monotonicMs(): number };
  /** The member that claims. */
  readonly key: string;
  readonly address: string;
  /** How another's claim stands. Default: by what the log says of its holder. */
  readonly standingOf?: StandingOf | undefined;
};

/** A daemon's claim as this member found it: `undefined` = it is ours. */
export type OtherHolder = DaemonClaim | undefined;

/**
 * The claims of one member on the daemons it meets: each daemon ID is served under one member. Compare-and-set in the log decides between
 * members whose owners claim at once; nothing is ever done to the daemon. All reject with cluster/unavailable when the log does not answer.
 */
export class DaemonClaims {
  readonly #parts: ClaimParts;
  /** The ID claimed last, by us or by an earlier owner of the member. */
  #claimed: string | undefined;
  /** Since when another's claim has been found without power, by our monotonic clock. */
  #away: { readonly id: string; readonly sinceMs: number } | undefined;

  constructor(parts: ClaimParts, inherited: string | undefined) {
    this.#parts = parts;
    this.#claimed = inherited;
  }

  /** Claims at a connect. A claim of ours is written anew, so that who judged by an older state of the log is refused. */
  async take(id: string): Promise<OtherHolder> {
    const holder = await this.#claim(id, true);
    if (holder !== undefined) return holder;
    const before = this.#claimed;
    this.#claimed = id;
    if (before !== undefined && before !== id) await releaseClaim(this.#parts.log, before, this.#parts.key);
    return undefined;
  }

  /** Looks again while connected: a claim of ours stays as it is, one that is gone is taken. */
  async verify(id: string): Promise<OtherHolder> {
    return id === this.#claimed ? this.#claim(id, false) : this.take(id);
  }

  async #claim(id: string, renew: boolean): Promise<OtherHolder> {
    const { log, key, address } = this.#parts;
    const subject = subjects.daemon(id);
    for (let attempt = 1; ; attempt++) {
      // Of a daemon that we never met nobody is likely to have a claim; if somebody has, the log refuses ours.
      const entry = attempt === 1 && this.#claimed === undefined ? undefined : await log.get(subject);
      const claim = readRecord(DaemonClaim, entry?.payload);
      if (entry !== undefined && claim !== undefined && claim.key !== key) {
        if (await this.#stands(claim, entry)) return claim;
      } else if (claim !== undefined && !renew) return undefined;
      try {
        const payload = Buffer.from(JSON.stringify({ id, key, address } satisfies DaemonClaim));
        await log.append(subject, payload, { expectedSequence: entry?.sequence ?? 0 });
        this.#away = undefined;
        return undefined;
      } catch (error) {
        if (!(error instanceof BaleenError) || error.code !== 'cluster/claim-taken' || attempt === triesMax) throw error;
      }
    }
  }

  async #stands(claim: DaemonClaim, entry: LogEntry): Promise<boolean> {
    const { log, clock, standingOf = standingIn(log) } = this.#parts;
    const standing = await standingOf(claim, entry.sequence);
    if (standing !== 'away') {
      this.#away = undefined;
      return standing === 'stands';
    }
    if (this.#away?.id !== claim.id) this.#away = { id: claim.id, sinceMs: clock.monotonicMs() };
    return clock.monotonicMs() - this.#away.sinceMs < yieldMs;
  }
}

/** Gives the claim of a member up, if it is that member's: for an ID it does not show any more, or when it is no member any more. */
export async function releaseClaim(log: ClaimLog, id: string, key: string): Promise<void> {
  const subject = subjects.daemon(id);
  const entry = await log.get(subject);
  if (entry === undefined || readRecord(DaemonClaim, entry.payload)?.key !== key) return;
  try {
    await log.delete(subject, { expectedSequence: entry.sequence });
  } catch (error) {
    // Somebody claimed it meanwhile: it is not ours to give up.
    if (!(error instanceof BaleenError) || error.code !== 'cluster/claim-taken') throw error;
  }
}

/** What users read at the member that stands back: classic's words, and what to do. */
export function conflictReason(claim: DaemonClaim, address: string): string {
  const shared = `ID duplicated. ${claim.id} shared by this node ${address} and another node ${claim.address}`;
  return `${shared}: if both are one daemon, take one of them out of discovery (an agent that is gone: docker node rm); if the machine was cloned, give this daemon an ID of its own (stop it, delete engine-id in its data root, or /etc/docker/key.json before 23.0, start it). Nothing was changed on either`;
}
