import type { ContainerFacts, ObjectRecord, PortBinding } from '#contracts';
import type { KnownFacts, StatusFacts } from '#docker-api';
import type { ListedContainer } from './engine-reader.ts';
import { EntryWords, statusFollowsFrom } from './list-entry.ts';

/**
 * How far what is known of a container can be relied on. sure: it was inspected, or made and watched since. doubtful: something may have
 * changed that its list entry does not show. unread: nothing is known but its list entry.
 */
export type Certainty = 'sure' | 'doubtful' | 'unread';

type Known = {
  /** Of the list entry that came with it; `undefined` = there was none yet. */
  readonly digest: string | undefined;
} & (
  | { readonly certainty: 'unread'; readonly facts: StatusFacts }
  | { certainty: Exclude<Certainty, 'unread'>; readonly facts: KnownFacts }
);

/** What a reading of all should do about the containers it lists. */
export type ReadingPlan = {
  /** To be inspected, as far as there is room; the most urgent first. */
  readonly inspect: readonly ListedContainer[];
  /** Their records say what their list entries say: those of them that are not inspected stay as they are. */
  readonly unchanged: ReadonlySet<string>;
};

/** What is known of an engine's containers beside their list entries, and which list entries say nothing new. */
export class KnownContainers {
  readonly #known = new Map<string, Known>();
  readonly #engineNowMs: () => number;

  /** `engineNowMs`: wall clock of the daemon as far as it is known. */
  constructor(engineNowMs: () => number) {
    this.#engineNowMs = engineNowMs;
  }

  ids(): IterableIterator<string> {
    return this.#known.keys();
  }

  /** What a record says that is in the log, and the list entry that came with it. */
  note({ facts, summary }: ObjectRecord<'container'>, certainty: Certainty): void {
    const { digest } = new EntryWords(summary);
    if (certainty === 'unread') this.#known.set(facts.id, { digest, certainty, facts: statusOf(facts) });
    else this.#known.set(facts.id, { digest, certainty, facts: withoutListed(facts) });
  }

  /** A container was made as asked. */
  made(id: string, facts: KnownFacts): void {
    this.#known.set(id, { digest: undefined, facts, certainty: 'sure' });
  }

  forget(id: string): void {
    this.#known.delete(id);
  }

  /** Events may have been missed. */
  doubt(): void {
    for (const known of this.#known.values()) if (known.certainty === 'sure') known.certainty = 'doubtful';
  }

  /** `undefined` = nothing but what its list entry says. */
  factsOf(id: string): KnownFacts | undefined {
    const known = this.#known.get(id);
    return known === undefined || known.certainty === 'unread' ? undefined : known.facts;
  }

  /**
   * Facts that hold on over an end: the container runs, publishes no ports, of which those that were not asked for end with it, and has no
   * health to lose.
   */
  endable(id: string): KnownFacts | undefined {
    const known = this.#known.get(id);
    if (known?.certainty !== 'sure') return undefined;
    const { state, ports, health } = known.facts;
    return state === 'running' && ports.length === 0 && health === 'none' ? known.facts : undefined;
  }

  /** Facts that hold on over a create or a start: nothing runs, and each port is asked for once (of a range the engine takes one). */
  changeable(id: string): KnownFacts | undefined {
    const known = this.#known.get(id);
    if (known?.certainty !== 'sure') return undefined;
    const { facts } = known;
    const isIdle = facts.state === 'created' || facts.state === 'exited';
    return isIdle && facts.ports.length === new Set(facts.ports.map(containerEnd)).size ? facts : undefined;
  }

  plan(listed: readonly ListedContainer[]): ReadingPlan {
    const unchanged = new Set<string>();
    const wanted: Record<'changed' | 'unread' | 'doubtful', ListedContainer[]> = { changed: [], unread: [], doubtful: [] };
    for (const entry of listed) {
      const known = this.#known.get(entry.id);
      const isUnchanged = known !== undefined && (entry.isKnown ?? this.#saysNothingNew(known, entry.summary));
      if (isUnchanged) unchanged.add(entry.id);
      // Daemons list the newest first, and so they are inspected.
      if (known === undefined || known.certainty === 'unread') wanted.unread.push(entry);
      else if (!isUnchanged) wanted.changed.push(entry);
      else if (known.certainty === 'doubtful') wanted.doubtful.push(entry);
    }
    return { inspect: [...wanted.changed, ...wanted.unread, ...wanted.doubtful], unchanged };
  }

  /** It says what the entry said that its record came with, but for the time that has passed. */
  isUnchanged({ id, summary }: ListedContainer): boolean {
    const known = this.#known.get(id);
    return known !== undefined && this.#saysNothingNew(known, summary);
  }

  /** Nothing that is known of it besides follows from this list entry: it says nothing new. */
  hasNothingNew({ id, summary }: ListedContainer): boolean {
    const known = this.#known.get(id);
    return known !== undefined && known.certainty !== 'unread' && this.#saysNothingNew(known, summary);
  }

  #saysNothingNew({ digest, facts }: Known, summary: Buffer): boolean {
    const said = new EntryWords(summary);
    return digest === said.digest && statusFollowsFrom(facts, said.status, this.#engineNowMs());
  }
}

function containerEnd({ ip, containerPort, protocol }: PortBinding): string {
  return `${ip} ${containerPort}/${protocol}`;
}

/** As much as tells whether a list entry says something new. */
function statusOf({ state, exitCode, health, startedAtMs, finishedAtMs }: ContainerFacts): StatusFacts {
  return { state, exitCode, health, startedAtMs, finishedAtMs };
}

/** What stands in every list entry anyway would double the memory for it. */
function withoutListed(facts: ContainerFacts): KnownFacts {
  const { image, imageId, state, exitCode, health, createdAtMs, startedAtMs, finishedAtMs } = facts;
  const { ports, exposedPorts, networkMode, autoRemove, restartCount, resources } = facts;
  const status = { state, exitCode, health, createdAtMs, startedAtMs, finishedAtMs, restartCount };
  return { ...status, image, imageId, ports, exposedPorts, networkMode, autoRemove, resources };
}
