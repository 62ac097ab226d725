import type { ListedContainer } from './engine-reader.ts';

/** List entries as one request brought them. */
export type GatheredEntries = {
  /** Of the reading, taken before the engine was asked. */
  readonly stamp: number;
  readonly byId: ReadonlyMap<string, ListedContainer>;
};

type Round = { readonly ids: Set<string>; readonly entries: Promise<GatheredEntries> };

/** Asks for the list entries of these containers. */
export type ListContainers = (ids: readonly string[]) => Promise<GatheredEntries>;

/**
 * List entries of single containers, one request at a time: the first question is asked at once, and what is asked for meanwhile shares the
 * next request. So a burst costs as many requests as fit into it one after the other, and fewer the slower they are.
 */
export class GatheredList {
  readonly #list: ListContainers;
  /** Not asked yet. */
  #next: Round | undefined;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(list: ListContainers) {
    this.#list = list;
  }

  /** By full id; the request begins after this call. */
  ask(id: string): Promise<GatheredEntries> {
    this.#next ??= this.#newRound();
    this.#next.ids.add(id);
    return this.#next.entries;
  }

  /** Begins in a microtask at the earliest: events that came in one piece are asked about together. */
  #newRound(): Round {
    const ids = new Set<string>();
    const entries = this.#underWay.then(() => {
      this.#next = undefined;
      return this.#list([...ids]);
    });
    this.#underWay = entries.catch(() => undefined);
    return { ids, entries };
  }
}
