import type { ContainerFacts, FactsOf, ObjectKind } from '#contracts';
import type { ContainerRow, KnownFacts } from '#docker-api';

/** Kinds whose list entry says all that is kept of them. */
export type ListedKind = Exclude<ObjectKind, 'container'>;
export type ListedObject<K extends ListedKind> = { readonly facts: FactsOf[K]; readonly summary: Buffer };

/** A container's list entry: its id and the daemon's own bytes. */
export type ListedContainer = {
  readonly id: string;
  readonly summary: Buffer;
  /** What it says, where its form was looked at: its facts are asked for next. */
  readonly row?: ContainerRow;
  /** `isKnown` said so. */
  readonly isKnown?: true;
};

/** Hears of a list entry that is not as it should be. It is listed without its odd members, or, when `id` is empty, not at all. */
export type OnOdd = (id: string, reason: string) => void;

/** Who asks for a list of containers. */
export type ContainerListing = {
  readonly onOdd: OnOdd;
  /** An entry that says what one said before whose form was looked at: it need not be looked at again. */
  readonly isKnown: (entry: ListedContainer) => boolean;
};

/**
 * What the inventory asks of one engine. Implementations: the Docker API (`docker-reader.ts`) and the specs' model engine.
 * All reject with BaleenError engine/{unreachable,timeout} when the daemon does not answer, engine/bad-answer when its answer is an
 * error or cannot be read.
 */
export interface EngineReader {
  /** All containers, or those with these full ids. */
  listContainers(ids: readonly string[] | undefined, listing: ContainerListing): Promise<ListedContainer[]>;
  /** The container's inspect document by id or name; `undefined` = there is none (any more). */
  inspectContainer(reference: string): Promise<{ readonly id: string; readonly document: Buffer } | undefined>;
  /** Throws engine/bad-answer when the document is not of the form that daemons give. */
  containerFacts(entry: ListedContainer, document: Buffer): ContainerFacts;
  /** As far as the list entry says; the rest from `known`. `nowMs` by the daemon's clock. */
  listedFacts(entry: ListedContainer, nowMs: number, known: KnownFacts | undefined): ContainerFacts;
  list<K extends ListedKind>(kind: K, onOdd: OnOdd): Promise<ListedObject<K>[]>;
}
