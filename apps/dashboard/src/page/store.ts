import { computed, signal } from '@preact/signals';
import type { FeedMessage } from '#contracts';
import { countByState, type EngineFilter, keysInOrder, rosterOf, troubled, wantedEngines } from '../engines/engine-list.ts';
import { applyMessage } from '../feed/apply-message.ts';
import { nothingKnown, type PageState } from '../feed/page-state.ts';

/** All that the page shows is made of these. */
export const fleet = signal<PageState>(nothingKnown);
export const engineFilter = signal<EngineFilter>({ search: '', state: undefined });
/** Key of the engine whose details are shown. */
export const selectedKey = signal<string | undefined>(undefined);
/** The browser's clock, every second. */
export const browserMs = signal(Date.now());

export const engines = computed(() => fleet.value.engines);
const roster = computed(() => rosterOf(engines.value.values()));
const order = computed(() => keysInOrder(roster.value));
export const shownEngines = computed(() =>
  wantedEngines(
    order.value.flatMap((key) => engines.value.get(key) ?? []),
    engineFilter.value,
  ),
);
export const stateCounts = computed(() => countByState(engines.value.values()));
export const troubledEngines = computed(() => troubled(engines.value.values()));
export const selectedEngine = computed(() =>
  selectedKey.value === undefined ? undefined : engines.value.get(selectedKey.value),
);
/** Whether all of the fleet is told, Baleen's own parts too; a tenant is told its share. */
export const isWhole = computed(() => fleet.value.gateway?.identity?.tenant === undefined);
export const points = computed(() => fleet.value.points);
/** The gateway's clock. */
export const nowMs = computed(() => browserMs.value + fleet.value.clockDeltaMs);

export function onMessage(message: FeedMessage): void {
  fleet.value = applyMessage(fleet.value, message, Date.now());
}

export function onLost(): void {
  if (fleet.value.connection !== 'lost')
    fleet.value = { ...fleet.value, connection: 'lost', announcement: 'The gateway does not answer. What is shown may be old.' };
}

/** Forgets all that somebody else was told. */
export function onSession(): void {
  fleet.value = nothingKnown;
  select(undefined);
}

/** Shows an engine's details, or nobody's. */
export function select(key: string | undefined): void {
  selectedKey.value = key;
}
