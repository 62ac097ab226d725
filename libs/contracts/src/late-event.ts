/**
 * Member that an engine's owner adds to an event on `event.<key>` which it read from the daemon's memory, after a gap in its stream, or which has
 * waited for records: whole ms from the event until it was passed on. Whoever listens for what happens now tells by it what happened before.
 * Clients never see it.
 */
export const lateMember = 'baleenLateMs';

/** An event waits for records so long at most, even if the refresh it calls for hangs: one stuck container must not stop the stream. */
export const eventWaitMaxMs = 5_000;
