import type { Outcome } from '../clients/run.ts';
import type { Scribe } from '../clients/transcript.ts';

/** One life of a container or object; cleans up what it made. */
export type Scenario = (scribe: Scribe) => Promise<void>;

/** Removes a container, running or not, with its anonymous volumes. */
export function remove(scribe: Scribe, container: string): Promise<Outcome> {
  return scribe.docker('rm', '-f', '-v', container);
}
