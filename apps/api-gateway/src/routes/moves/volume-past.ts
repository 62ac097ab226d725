import { z } from 'zod';
import { readAs } from './read-as.ts';

const VolumeEvent = z.object({ Action: z.string(), Actor: z.object({ ID: z.string() }) });

/**
 * Query of `GET /events` for what an engine still remembers of a volume, up to now by its own clock. An engine keeps the last 256 events until it
 * restarts (dockerd's daemon/events).
 */
export function pastOf(volume: string, engineNowMs: number): string {
  const until = (engineNowMs + 1) / 1_000;
  return new URLSearchParams({
    since: '1',
    until: until.toFixed(3),
    filters: JSON.stringify({ type: ['volume'], volume: [volume] }),
  }).toString();
}

/**
 * Nothing has ever been in the volume: the engine remembers that it made it, and nothing of it since, no mount by any container. False where it
 * does not remember so far back. Throws engine/bad-answer on what is no event.
 */
export function isUntouched(volume: string, events: string): boolean {
  const own = events
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => readAs(VolumeEvent, line))
    .filter(({ Actor }) => Actor.ID === volume);
  return own.at(-1)?.Action === 'create';
}
