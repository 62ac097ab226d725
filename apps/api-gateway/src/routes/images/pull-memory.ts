import { normaliseImage } from '#docker-api';
import type { Clock } from '#service-shell';

/** A client pulls right after its create was refused, and creates right after the pull: longer ago means nothing. */
const rememberedMs = 60_000;
/** Creates in flight are far fewer; beyond it the oldest are forgotten, and their pulls go to all engines. */
const entriesMax = 4_096;

type Entry<V> = { readonly value: V; readonly untilMs: number };

/** What creates and pulls of the last minute have to tell each other: they share nothing but the caller and the image. */
export class PullMemory {
  readonly #clock: Clock;
  readonly #engines = new Map<string, Entry<string>>();
  readonly #credentials = new Map<string, Entry<string>>();
  readonly #unpullable = new Map<string, Entry<true>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The create of this caller is to go to `engine`, which lacks the image. */
  rememberEngine(caller: string, image: string, engine: string): void {
    this.#put(this.#engines, keyOf(caller, image), engine);
  }

  engineFor(caller: string, image: string): string | undefined {
    return this.#get(this.#engines, keyOf(caller, image));
  }

  /** `X-Registry-Auth` of the caller's pull, for a pull that the gateway makes for the caller's create. Kept in memory only. */
  rememberCredentials(caller: string, image: string, registryAuth: string): void {
    this.#put(this.#credentials, keyOf(caller, image), registryAuth);
  }

  credentialsFor(caller: string, image: string): string | undefined {
    return this.#get(this.#credentials, keyOf(caller, image));
  }

  /** No registry gives this image just now: it is copied from its holders. */
  rememberUnpullable(image: string): void {
    this.#put(this.#unpullable, normaliseImage(image), true);
  }

  isUnpullable(image: string): boolean {
    return this.#get(this.#unpullable, normaliseImage(image)) === true;
  }

  #put<V>(entries: Map<string, Entry<V>>, key: string, value: V): void {
    const nowMs = this.#clock.monotonicMs();
    entries.delete(key);
    // In the order of their ends: what is over goes, secrets above all, and the oldest where there are too many.
    for (const [oldest, { untilMs }] of entries) {
      if (untilMs > nowMs && entries.size < entriesMax) break;
      entries.delete(oldest);
    }
    const entry = { value, untilMs: nowMs + rememberedMs };
    entries.set(key, entry);
    // A secret must not outlive its minute because nobody asks for it.
    this.#clock.after(rememberedMs, () => {
      if (entries.get(key) === entry) entries.delete(key);
    });
  }

  #get<V>(entries: Map<string, Entry<V>>, key: string): V | undefined {
    const entry = entries.get(key);
    if (entry === undefined || entry.untilMs > this.#clock.monotonicMs()) return entry?.value;
    entries.delete(key);
    return undefined;
  }
}

function keyOf(caller: string, image: string): string {
  return `${caller}\n${normaliseImage(image)}`;
}
