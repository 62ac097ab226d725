import type { ContainerFacts, FactsOf, ObjectKind } from '#contracts';

/** Kinds whose list entry says all that is kept of them. */
export type ListedKind = Exclude<ObjectKind, 'container'>;

export type ListedObject<K extends ListedKind> = { readonly facts: FactsOf[K]; readonly summary: Buffer };

/** A container's list entry: its id and the daemon's own bytes. */
export type ListedContainer = { readonly id: string; readonly summary: Buffer };

/**
 * What the inventory asks of one engine. Implementations: the Docker API (`docker-reader.ts`) and the specs' model engine.
 * All reject with BaleenError engine/* when the daemon does not answer or answers with an error.
 */
export interface EngineReader {
  /** All containers, or the one with this full id. */
  listContainers(id?: string): Promise<ListedContainer[]>;
  /** The container's inspect document by id or name; `undefined` = there is none (any more). */
  inspectContainer(reference: string): Promise<{ readonly id: string; readonly document: Buffer } | undefined>;
  containerFacts(summary: Buffer, document: Buffer): ContainerFacts;
  list<K extends ListedKind>(kind: K): Promise<ListedObject<K>[]>;
}
