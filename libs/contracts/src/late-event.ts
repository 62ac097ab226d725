/**
 * Member that an engine's owner adds to an event on `event.<key>` which it read from the daemon's memory, after a gap in its stream:
 * whole ms from the event until it was passed on. Whoever listens for what happens now tells by it what happened before. Clients
 * never see it.
 */
export const lateMember = 'baleenLateMs';
