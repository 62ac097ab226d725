import { hash } from 'node:crypto';
import { type BatchedRecord, encodeBatch, encodeObject, type ObjectRecord } from '#contracts';
import { batchesOf } from './batches-of.ts';
import { digestOf, newDigest, type Published } from './published.ts';
import { Sendings } from './sendings.ts';
import type { StandingRecords } from './standing-records.ts';

/** Fenced writes to the log, which resolve with the sequence; see `ClusterLog`. */
export type RecordWriter = {
  readonly append: (subject: string, payload: Uint8Array) => Promise<number>;
  readonly delete: (subject: string, isLasting: boolean) => Promise<number>;
  readonly makeRoom: (subject: string) => Promise<number>;
  /** What the log has of the engine. */
  readonly standing: () => Promise<Pick<StandingRecords, 'objects' | 'deleted' | 'batches'>>;
  /** Subject of a batch of the engine's records. */
  readonly batch: (part: number) => string;
};

/** What a reading says of a subject. */
type Said = { readonly digest: string; readonly stamp: number; readonly entry: Published };

type News = { readonly subject: string; readonly record: ObjectRecord; readonly digest: string; readonly entry: Published };

/** A record on its way into a batch. */
type Placed = Pick<News, 'record' | 'entry'> & Pick<BatchedRecord, 'writtenAt'>;

const unknown = 'unknown';
/** As many records of one reading are written together; fewer are not worth a batch. */
const batchMin = 4;
/** Messages and records that whoever starts reads for nothing, before the log is tidied: half of what there is, and this many of a small engine's. */
const wasteMin = 32;

/**
 * Keeps one engine's records in the log equal to what was read from it, writing only what differs: many at once in batches, single changes
 * alone. Readings overlap (an event's refresh beside a resync): each takes a stamp before it asks the engine, and what an older
 * reading says of a subject never overwrites a newer one's word.
 */
export class RecordPublisher {
  readonly sendings = new Sendings();
  readonly #writer: RecordWriter;
  readonly #published = new Map<string, Published>();
  /** Records of each batch that stands. */
  readonly #batches = new Map<string, number>();
  /** Of the newest whole reading of each kind, by the prefix of its subjects. */
  readonly #readWhole = new Map<string, number>();
  #parts = 0;
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

  /** What an earlier owner left: the next reading overwrites or removes it. */
  adopt({ objects, deleted, batches }: Pick<StandingRecords, 'objects' | 'deleted' | 'batches'>): void {
    const facts = { digest: unknown, stamp: 0, writing: undefined };
    for (const [subject, { sequence, isBatched }] of objects)
      this.#published.set(subject, { ...facts, sequence, isBatched, isAlone: !isBatched });
    // Of a deletion nobody can see whether it lasts.
    for (const subject of deleted)
      this.#published.set(subject, { ...facts, digest: undefined, sequence: undefined, isBatched: true, isAlone: true });
    for (const [batch, records] of batches) {
      this.#batches.set(batch, records.length);
      this.#parts = Math.max(this.#parts, Number(batch.slice(batch.lastIndexOf('.') + 1)));
      for (const subject of records) this.#entry(subject).isBatched = true;
    }
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

  async put(subject: string, record: ObjectRecord, stamp: number): Promise<void> {
    const entry = this.#entry(subject);
    const digest = newDigest(entry, () => digestOf(record), stamp);
    if (digest === undefined) await entry.writing;
    else await this.#putAlone(subject, encodeObject(record), { digest, stamp, entry });
  }

  /** A record that is not an object's. */
  async putBytes(subject: string, payload: Uint8Array, stamp: number): Promise<void> {
    const entry = this.#entry(subject);
    const digest = newDigest(entry, () => hash('sha1', payload), stamp);
    if (digest === undefined) await entry.writing;
    else await this.#putAlone(subject, payload, { digest, stamp, entry });
  }

  /** Also of what the log does not have: an older reading that still has it says nothing new. */
  async remove(subject: string, stamp: number): Promise<void> {
    const entry = this.#entry(subject);
    if (stamp < entry.stamp || entry.digest === undefined) {
      entry.stamp = Math.max(entry.stamp, stamp);
      await entry.writing;
      return;
    }
    entry.stamp = stamp;
    await this.#removeAlone(subject, entry, entry.isBatched);
  }

  /**
   * One whole reading of a kind: puts what it found, removes what it did not. `records` may lack what the reading
   * could not decide (`undecided`): those subjects stay as they are.
   */
  async replace(
    prefix: string,
    records: ReadonlyMap<string, ObjectRecord>,
    stamp: number,
    undecided?: ReadonlySet<string>,
  ): Promise<void> {
    const newest = this.#readWhole.get(prefix) ?? 0;
    this.#readWhole.set(prefix, Math.max(newest, stamp));
    const gone = this.subjects(prefix).filter((subject) => !records.has(subject) && undecided?.has(subject) !== true);
    const writes: (Promise<unknown> | undefined)[] = gone.map((subject) => this.remove(subject, stamp));
    const news: News[] = [];
    for (const [subject, record] of records) {
      // A newer reading has not found it.
      if (stamp < newest && !this.has(subject)) continue;
      const entry = this.#entry(subject);
      const digest = newDigest(entry, () => digestOf(record), stamp);
      if (digest === undefined) writes.push(entry.writing);
      else news.push({ subject, record, digest, entry });
    }
    // A write under way goes first, and is waited for alone.
    const together = news.length < batchMin ? [] : news.filter(({ entry }) => entry.writing === undefined);
    const alone = together.length === 0 ? news : news.filter(({ entry }) => entry.writing !== undefined);
    writes.push(...batchesOf(together).map((batch) => this.#putTogether(batch)));
    await Promise.all([
      ...writes,
      ...alone.map(({ subject, record, digest, entry }) =>
        this.#putAlone(subject, encodeObject(record), { digest, stamp, entry }),
      ),
    ]);
  }

  /** Drops what is remembered of deleted records when no reading older than `stamp` is under way. */
  forgetDeleted(stamp: number): void {
    for (const [subject, entry] of this.#published) {
      const isOver = entry.digest === undefined && entry.writing === undefined && !entry.isBatched;
      if (isOver && entry.stamp < stamp) this.#published.delete(subject);
    }
  }

  /** Who starts reads much more of this engine than there is: batches whose records are old, messages for single records. */
  get isScattered(): boolean {
    let [alone, present] = [0, 0];
    for (const { digest, isAlone } of this.#published.values()) {
      if (isAlone) alone += 1;
      if (digest !== undefined) present += 1;
    }
    const batched = [...this.#batches.values()].reduce((sum, records) => sum + records, 0);
    return alone + batched > Math.max(present * 1.5, present + wasteMin);
  }

  /**
   * Writes all records anew in batches, in place of the batches and single messages that have them now. Followers hear nothing new: each record comes
   * with the sequence at which it was written first. What changes meanwhile is written behind it as always.
   */
  async tidy(): Promise<void> {
    const standing = await this.#writer.standing();
    const former = [...this.#batches.keys()];
    const records = [...standing.objects].flatMap(([subject, { record, sequence: writtenAt }]) => {
      const entry = this.#published.get(subject);
      const isSettled = entry !== undefined && entry.writing === undefined && entry.sequence === writtenAt;
      return record !== undefined && isSettled && entry.digest !== undefined ? [{ record, writtenAt, entry }] : [];
    });
    await Promise.all(batchesOf(records).map((batch) => this.#appendBatch(batch)));
    await Promise.all(former.map((batch) => this.#dropBatch(batch)));
    const rewritten = new Map(records.map(({ entry, writtenAt }) => [entry, writtenAt]));
    const leftovers = [...this.#published].filter(([, entry]) => entry.writing === undefined);
    await Promise.all(leftovers.map(([subject, entry]) => this.#clearAway(subject, entry, rewritten.get(entry))));
  }

  /** Resolves when no write is under way, however those ended. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#published.values()].map((entry) => entry.writing));
  }

  async #putAlone(subject: string, payload: Uint8Array, { digest, stamp, entry }: Said): Promise<void> {
    entry.digest = digest;
    entry.isAlone = true;
    await this.#write([entry], async () => {
      const { sequence: above } = entry;
      entry.sequence = undefined;
      if (above !== undefined) this.sendings.left(subject, stamp, above);
      const sequence = await this.#writer.append(subject, payload);
      entry.sequence = sequence;
      return sequence;
    });
  }

  async #removeAlone(subject: string, entry: Published, isLasting: boolean): Promise<void> {
    entry.digest = undefined;
    entry.isAlone = isLasting;
    await this.#write([entry], () => {
      entry.sequence = undefined;
      return this.#writer.delete(subject, isLasting);
    });
  }

  async #putTogether(news: readonly News[]): Promise<void> {
    for (const { entry, digest } of news) {
      entry.digest = digest;
      entry.sequence = undefined;
    }
    await this.#appendBatch(news);
  }

  async #appendBatch(placed: readonly Placed[]): Promise<void> {
    const entries = placed.map(({ entry }) => entry);
    // Also when the write fails: the log may have it all the same.
    for (const entry of entries) entry.isBatched = true;
    this.#parts += 1;
    const batch = this.#writer.batch(this.#parts);
    this.#batches.set(batch, placed.length);
    const payload = encodeBatch(placed.map(({ record, writtenAt }) => ({ ...record, writtenAt })));
    await this.#write(entries, async () => {
      const sequence = await this.#writer.append(batch, payload);
      for (const { entry, writtenAt } of placed) if (writtenAt === undefined) entry.sequence = sequence;
      return sequence;
    });
  }

  async #dropBatch(batch: string): Promise<void> {
    await this.#writer.delete(batch, false);
    this.#batches.delete(batch);
  }

  /** What a subject still has beside the new batches, when the former ones are gone. `rewrittenAt`: what the new ones have of it was written there. */
  async #clearAway(subject: string, entry: Published, rewrittenAt: number | undefined): Promise<void> {
    if (rewrittenAt === undefined) {
      const hidden = entry.digest === undefined && entry.isBatched;
      entry.isBatched = false;
      if (hidden) await this.#removeAlone(subject, entry, false);
    } else if (entry.isAlone && entry.sequence === rewrittenAt) {
      entry.isAlone = false;
      await this.#write([entry], () => this.#writer.makeRoom(subject));
    }
  }

  /** Writes of one subject follow each other, so that an older one that is tried again cannot come last. */
  async #write(entries: readonly Published[], send: () => Promise<number>): Promise<number> {
    const [first] = entries;
    const write = first?.writing === undefined ? send() : first.writing.then(send, send);
    for (const entry of entries) entry.writing = write;
    try {
      const sequence = await write;
      this.#sequence = Math.max(this.#sequence, sequence);
      return sequence;
    } catch (error) {
      // The log may hold either: the next reading writes again.
      for (const entry of entries) {
        if (entry.writing !== write) continue;
        entry.digest = unknown;
        entry.sequence = undefined;
      }
      throw error;
    } finally {
      for (const entry of entries) if (entry.writing === write) entry.writing = undefined;
    }
  }

  #entry(subject: string): Published {
    const known = this.#published.get(subject);
    if (known !== undefined) return known;
    const entry: Published = {
      digest: undefined,
      stamp: 0,
      writing: undefined,
      sequence: 0,
      isBatched: false,
      isAlone: false,
    };
    this.#published.set(subject, entry);
    return entry;
  }
}
