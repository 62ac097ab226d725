/** Lease of the leading scheduler unless told otherwise: the next leads within 2 s on one NATS (docs/architecture.md, failure table). Classic's 20 s would stop creates for as long. */
export const defaultLeaderTtlMs = 2_000;

/** A write outlives a second of trouble in NATS only with a longer lease; below this every hiccup changes the leader. */
export const leaderTtlMinMs = 1_000;
