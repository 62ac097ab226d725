import { hash } from 'node:crypto';

/** Fenced writes to the log; both resolve with the sequence. */
export type RecordWriter = {
  readonly append: (subject: string, payload: Uint8Array) => Promise<number>;
  readonly delete: (subject: string) => Promise<number>;
};

type Published = {
  /** Digest of the bytes in the log; `undefined` = deleted, `unknown` = found there, content not known. */
  digest: string | undefined;
  /** Stamp of the newest reading of the engine applied to this subject. */
  stamp: number;
  /** The write under way; a caller who has nothing to add waits for it. */
  writing: Promise<number> | undefined;
};

const unknown = 'unknown';

/**
 * Keeps one engine's records in the log equal to what was read from it, writing only what differs.
 * Readings overlap (an event's refresh beside a resync): each takes a stamp before it asks the engine, and what an older
 * reading says of a subject never overwrites a newer one's word.
 */
export class RecordPublisher {
  readonly #writer: RecordWriter;
  readonly #published = new Map<string, Published>();
  #stamp = 0;
  #sequence = 0;

  constructor(writer: RecordWriter) {
    this.#writer = writer;
  }

  /** Highest sequence written. Everything this engine's readings have said is in the log up to there. */
  get sequence(): number {
    return this.#sequence;
  }

  /** To be taken before the engine is asked. */
  stamp(): number {
    this.#stamp += 1;
    return this.#stamp;
  }

  /** Records an earlier owner left: the next reading overwrites or removes them. */
  adopt(subjects: Iterable<string>): void {
    for (const subject of subjects) this.#published.set(subject, { digest: unknown, stamp: 0, writing: undefined });
  }

  /** Subjects with a record, of those that begin with `prefix`. */
  subjects(prefix: string): string[] {
    return [...this.#published]
      .filter(([subject, entry]) => entry.digest !== undefined && subject.startsWith(prefix))
      .map(([subject]) => subject);
  }

  has(subject: string): boolean {
    return this.#published.get(subject)?.digest !== undefined;
  }

  async put(subject: string, payload: Uint8Array, stamp: number): Promise<void> {
    const entry = this.#entry(subject);
    if (stamp < entry.stamp) {
      await entry.writing;
      return;
    }
    entry.stamp = stamp;
    const digest = hash('sha1', payload);
    if (digest === entry.digest) await entry.writing;
    else await this.#write(entry, digest, () => this.#writer.append(subject, payload));
  }

  async remove(subject: string, stamp: number): Promise<void> {
    const entry = this.#published.get(subject);
    if (entry === undefined) return;
    if (stamp < entry.stamp || entry.digest === undefined) {
      entry.stamp = Math.max(entry.stamp, stamp);
      await entry.writing;
      return;
    }
    entry.stamp = stamp;
    await this.#write(entry, undefined, () => this.#writer.delete(subject));
  }

  /**
   * One whole reading of a kind: puts what it found, removes what it did not. `records` may lack what the reading
   * could not decide (`undecided`): those subjects stay as they are.
   */
  async replace(
    prefix: string,
    records: ReadonlyMap<string, Uint8Array>,
    stamp: number,
    undecided?: ReadonlySet<string>,
  ): Promise<void> {
    const gone = this.subjects(prefix).filter((subject) => !records.has(subject) && undecided?.has(subject) !== true);
    await Promise.all([
      ...gone.map((subject) => this.remove(subject, stamp)),
      ...[...records].map(([subject, payload]) => this.put(subject, payload, stamp)),
    ]);
  }

  /** Drops what is remembered of deleted records when no reading older than `stamp` is under way. */
  forgetDeleted(stamp: number): void {
    for (const [subject, entry] of this.#published) {
      if (entry.digest === undefined && entry.writing === undefined && entry.stamp < stamp) this.#published.delete(subject);
    }
  }

  /** Resolves when no write is under way, however those ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#published.values()].map((entry) => entry.writing));
  }

  /** Writes of one subject follow each other, so that an older one that is tried again cannot come last. */
  async #write(entry: Published, digest: string | undefined, send: () => Promise<number>): Promise<void> {
    const write = entry.writing === undefined ? send() : entry.writing.then(send, send);
    entry.digest = digest;
    entry.writing = write;
    try {
      this.#sequence = Math.max(this.#sequence, await write);
    } catch (error) {
      // The log may hold either: the next reading writes again.
      if (entry.writing === write) entry.digest = unknown;
      throw error;
    } finally {
      if (entry.writing === write) entry.writing = undefined;
    }
  }

  #entry(subject: string): Published {
    const known = this.#published.get(subject);
    if (known !== undefined) return known;
    const entry: Published = { digest: undefined, stamp: 0, writing: undefined };
    this.#published.set(subject, entry);
    return entry;
  }
}
