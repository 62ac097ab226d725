import { computed, effect, signal } from '@preact/signals';
import { containerPageAt } from '../page/gateway-requests.ts';
import { engines, fleet, selectedEngine, selectedKey } from '../page/store.ts';
import { sessionNumber } from '../sign-in/session.ts';
import { type LoadedContainers, loadContainers } from './load-containers.ts';

const pageRows = 100;
/** While the fleet changes, the list is read again this often at most, ms; while somebody types, once they rest. */
const refreshIntervalMs = 1_000;
const typingMs = 200;

export const containerSearch = signal('');
const noneYet: LoadedContainers = { rows: [], hasMore: false };
export const containers = signal<LoadedContainers & { readonly failure?: string }>(noneYet);

const rowsWanted = signal(pageRows);

/** Changes whenever the list may look different. */
const fingerprint = computed(() => {
  const [newest] = fleet.value.events;
  const shown = selectedKey.value === undefined ? [...engines.value.values()] : [selectedEngine.value];
  const sums = shown.reduce((sum, engine) => sum + (engine?.containers ?? 0) * 1_000 + (engine?.running ?? 0), 0);
  return `${sums} ${newest?.number ?? 0} ${fleet.value.connection}`;
});

export function showMore(): void {
  rowsWanted.value += pageRows;
}

/** Keeps the list as the fleet is, for as long as the page lives. */
export function followContainers(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let loading = new AbortController();
  let loadedAtMs = Number.NEGATIVE_INFINITY;
  let lastQuestion = '';
  const load = async () => {
    timer = undefined;
    loading.abort();
    loading = new AbortController();
    const { signal: current } = loading;
    loadedAtMs = performance.now();
    const wanted = { engine: selectedKey.peek(), search: containerSearch.peek() };
    try {
      const loaded = await loadContainers((from) => containerPageAt(wanted, from, current), rowsWanted.peek());
      if (!current.aborted) containers.value = loaded;
    } catch (error) {
      if (!current.aborted) containers.value = { ...containers.peek(), failure: (error as Error).message };
    }
  };
  sessionNumber.subscribe(() => {
    loading.abort();
    containers.value = noneYet;
  });
  effect(() => {
    const question = `${sessionNumber.value} ${selectedKey.value ?? ''} ${containerSearch.value} ${rowsWanted.value}`;
    const isNewQuestion = question !== lastQuestion;
    lastQuestion = question;
    // Read, so that a change of it calls this again.
    if (fingerprint.value === '') return;
    if (timer !== undefined && !isNewQuestion) return;
    clearTimeout(timer);
    const sinceMs = performance.now() - loadedAtMs;
    timer = setTimeout(() => void load(), isNewQuestion ? typingMs : Math.max(0, refreshIntervalMs - sinceMs));
  });
}
