import type { EngineSummary } from '#contracts';
import { shownName } from './shown-name.ts';

export type EngineState = EngineSummary['state'];

/** In the order in which they are shown: what is well, what somebody has asked for, what asks for somebody. */
export const engineStates: readonly EngineState[] = ['healthy', 'drained', 'pending', 'disconnected', 'unhealthy'];

export type EngineFilter = {
  /** Part of a name, address, version, reason, or of `key=value` of a label, in any case; empty = all. */
  readonly search: string;
  /** Only this one; `undefined` = all. */
  readonly state: EngineState | undefined;
};

const byNumbers = new Intl.Collator('en', { numeric: true });

/** Who there is and what they are called, as one text: it changes far more seldom than the engines do. */
export function rosterOf(engines: Iterable<EngineSummary>): string {
  return [...engines].map((engine) => `${shownName(engine)} ${engine.key}`).join('\n');
}

/** Keys of a roster in the order of the names, numbers by value: an engine keeps its place whatever befalls it. */
export function keysInOrder(roster: string): string[] {
  return roster
    .split('\n')
    .sort(byNumbers.compare)
    .map((line) => line.slice(line.lastIndexOf(' ') + 1));
}

/** Those that are wanted, in the order in which they come. */
export function wantedEngines(engines: readonly EngineSummary[], { search, state }: EngineFilter): EngineSummary[] {
  const wanted = search.trim().toLowerCase();
  return engines.filter(
    (engine) => (state === undefined || engine.state === state) && (wanted === '' || isMeant(engine, wanted)),
  );
}

function isMeant({ name, address, serverVersion, reason = '', labels }: EngineSummary, wanted: string): boolean {
  const texts = [name, address, serverVersion, reason, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)];
  return texts.some((text) => text.toLowerCase().includes(wanted));
}

/** How many there are in each state, states without engines included. */
export function countByState(engines: Iterable<EngineSummary>): ReadonlyMap<EngineState, number> {
  const counts = new Map(engineStates.map((state) => [state, 0]));
  for (const { state } of engines) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

/** Engines that somebody should look at, the longest in trouble first. */
export function troubled(engines: Iterable<EngineSummary>): EngineSummary[] {
  return [...engines]
    .filter(
      ({ state, reason }) => state === 'unhealthy' || state === 'disconnected' || (state === 'pending' && reason !== undefined),
    )
    .sort((left, right) => (left.sinceMs ?? 0) - (right.sinceMs ?? 0));
}
