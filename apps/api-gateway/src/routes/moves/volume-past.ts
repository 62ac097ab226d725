import { z } from 'zod';
import { readAs } from './read-as.ts';

const EngineEvent = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string() }),
  timeNano: z.number(),
});
type EngineEvent = z.infer<typeof EngineEvent>;

/** Engines say when a volume was made in whole seconds, and tell of it a moment later. */
const toldWithinMs = 2_000;

/**
 * Query of `GET /events` for what an engine still remembers of its volumes, and of containers that may have had them, up to now by its own clock.
 * An engine keeps the last 256 events until it restarts (dockerd's daemon/events).
 */
export function pastOf(engineNowMs: number): string {
  const until = (engineNowMs + 1) / 1_000;
  return new URLSearchParams({
    since: '1',
    until: until.toFixed(3),
    filters: JSON.stringify({
      type: ['volume', 'container'],
      event: ['create', 'mount', 'unmount', 'destroy', 'start', 'die'],
    }),
  }).toString();
}

/**
 * Nothing has ever been in the volume: the engine remembers that it made it, and no mount of it since. False where it does not remember so far back.
 * Throws engine/bad-answer on what is no event.
 */
export function isUntouched(
  { name, createdAtMs }: { readonly name: string; readonly createdAtMs: number },
  events: string,
): boolean {
  const past = events
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => readAs(EngineEvent, line));
  const isOwn = ({ Type, Actor }: EngineEvent) => Type === 'volume' && Actor.ID === name;
  const life = past.slice(past.findLastIndex((event) => isOwn(event) && event.Action === 'destroy') + 1);
  const made = life.findIndex(isOwn);
  const making = life[made];
  if (making === undefined || !isMaking(making, createdAtMs)) return false;
  const since = life.slice(made);
  return since.every((event) => !isOwn(event) || event.Action === 'create') && !mayHaveFilled(since, past);
}

/** Engines 20.10 say `create` of a volume that they have, too, whenever somebody asks for one: only its own time tells which was its making. */
function isMaking({ Action, timeNano }: EngineEvent, createdAtMs: number): boolean {
  const lateMs = timeNano / 1e6 - createdAtMs;
  return Action === 'create' && lateMs >= 0 && lateMs < toldWithinMs;
}

/** What an image has at a mount's place is copied into an empty volume when a container is created; nothing tells of that where it never runs. */
function mayHaveFilled(since: readonly EngineEvent[], past: readonly EngineEvent[]): boolean {
  const hasRun = (id: string) =>
    past.some(({ Type, Action, Actor }) => Type === 'container' && Actor.ID === id && (Action === 'start' || Action === 'die'));
  return since.some(({ Type, Action, Actor }) => Type === 'container' && Action === 'destroy' && !hasRun(Actor.ID));
}
