/**
 * How long a deletion stays in the log as a tombstone. A follower that heard nothing for longer than `silenceMaxMs` cannot
 * know what was deleted meanwhile, so it starts anew; the tombstone lives twice as long to leave no gap between the two.
 */
export const tombstoneTtlMs = 120_000;
export const silenceMaxMs = tombstoneTtlMs / 2;

/**
 * An append, delete or get ends by then. What is sent while a 3-replica stream elects its leader (5 to 6 s) is never answered,
 * so this is also how late the election's end is noticed; 3 s leaves room for a busy disk.
 */
export const requestTimeoutMs = 3_000;

/** A claim meets a tombstone that expires or is replaced while it is read; more rounds than this means a real contest. */
export const claimRoundsMax = 4;
