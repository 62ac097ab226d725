/**
 * Largest payload of one frame. nats-server reads 64 KiB at most at a time and puts each message that a read cuts through together in memory
 * of its own, which for more than 32 KiB costs it as much again as all the rest (docs/adr/0042).
 */
export const chunkMaxBytes = 31 * 1024;

/** What one direction of a tunnel may have under way at most: enough for 100 MB/s at 10 ms of round trip. */
export const windowMaxBytes = 1024 * 1024;
/** What it needs for each ms that an answer takes. More gains nothing, and small requests of other tunnels wait behind it (docs/adr/0027). */
export const windowBytesPerMs = 100 * 1024;
/** On the shortest of links: what the processes at both ends have in hand. */
export const windowNearBytes = 256 * 1024;
/** The least a tunnel is granted when many are open: enough for sessions at a keyboard. */
export const windowMinBytes = 16 * 1024;
/**
 * What may be on its way to one process at full windows. nats-server cuts a client off that has 64 MiB waiting; the least windows of
 * `streamsPerGatewayMax` tunnels (16 MiB) fit beside it.
 */
export const windowBudgetBytes = 44 * 1024 * 1024;

/** Every frame costs this beside its payload: a stalled reader must not be sent a million frames of one byte. */
export const frameCostBytes = 128;

/** A side that sent nothing for so long says that it lives. */
export const pingIdleMs = 10_000;
/** Two pings and a margin: the other side, or the link to it, is gone. */
export const silenceMaxMs = 25_000;
/** How often idleness and silence are looked at. */
export const lookEveryMs = 1_000;

/** A daemon on its socket answers at once; its own bound for connections is 3 s. */
export const openTimeoutMs = 6_000;

/** Tunnels to one engine: a few hundred sessions with their logs and execs. */
export const streamsPerEngineMax = 512;
/** Tunnels of one gateway, over all engines. */
export const streamsPerGatewayMax = 1_024;
/** Tunnels of one gateway that wait for their daemon; a fleet that does not answer must not pile requests up. */
export const opensWaitingMax = 512;
/** The other side has gone and left its last bytes here: a reader that does not take them within this loses them. */
export const lingerMaxMs = 30_000;
