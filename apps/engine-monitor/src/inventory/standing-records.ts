import { appendUnder, type ClusterLog, type Lease, type LogEntry } from '#cluster-log';
import {
  type BatchEntry,
  decodeBatch,
  decodeObject,
  EngineRecord,
  type ObjectRecord,
  objectId,
  parseRecordSubject,
  type RecordInBatch,
  type RecordSubject,
  readRecord,
  SharedTexts,
  subjects,
} from '#contracts';
import { releaseClaim } from '../claims/daemon-claims.ts';

/** A record of an object that the log has. */
export type StandingObject = {
  /** Where it was first written. */
  readonly sequence: number;
  /** It stands in a batch. */
  readonly isBatched: boolean;
  /** `undefined` = it breaks its contract. */
  readonly record: ObjectRecord | undefined;
};

/** What the log has of one engine. */
export type StandingRecords = {
  /** Of itself: `engine.<key>.info`. */
  readonly info: LogEntry | undefined;
  /** Of what it holds, by subject. */
  readonly objects: ReadonlyMap<string, StandingObject>;
  /** Subjects whose own message is a deletion. */
  readonly deleted: ReadonlySet<string>;
  /** Subjects of the batches that stand, with the subjects of their records; of one that cannot be read, none. */
  readonly batches: ReadonlyMap<string, readonly string[]>;
};

/** Of an engine that the log does not know. */
export const noRecords: StandingRecords = { info: undefined, objects: new Map(), deleted: new Set(), batches: new Map() };

export async function standingRecords(log: ClusterLog, engine: string): Promise<StandingRecords> {
  let info: LogEntry | undefined;
  const objects = new Map<string, StandingObject>();
  const deleted = new Set<string>();
  const batches = new Map<string, readonly string[]>();
  const put = (subject: string, object: StandingObject): void => {
    if (object.sequence < (objects.get(subject)?.sequence ?? 0)) return;
    objects.set(subject, object);
    deleted.delete(subject);
  };
  const onObject = ({ subject, sequence, payload }: LogEntry, parsed: RecordSubject | undefined): void => {
    if (payload !== undefined) return put(subject, { sequence, isBatched: false, record: readObject(parsed, payload) });
    objects.delete(subject);
    deleted.add(subject);
  };
  const onBatch = ({ subject: batch, sequence, payload }: LogEntry): void => {
    const records = payload === undefined ? [] : readBatch({ payload, sequence });
    const placed = records.map((record) => ({ subject: subjects[record.kind](engine, objectId(record.facts)), record }));
    if (payload === undefined) batches.delete(batch);
    else
      batches.set(
        batch,
        placed.map(({ subject }) => subject),
      );
    for (const { subject, record } of placed) {
      const { stamp, kind, facts, entry } = record;
      const { epoch, sequence: writtenAt } = stamp;
      put(subject, { sequence: writtenAt, isBatched: true, record: { kind, epoch, facts, summary: entry.bytes } });
    }
  };
  const follower = log.follow([subjects.engineAll(engine), subjects.batchAll(engine)], {
    onEntry: (entry) => {
      const subject = parseRecordSubject(entry.subject);
      if (subject?.type === 'engine') info = entry.payload === undefined ? undefined : entry;
      else if (subject?.type === 'batch') onBatch(entry);
      else onObject(entry, subject);
    },
    onReset: () => {
      info = undefined;
      for (const known of [objects, deleted, batches]) known.clear();
    },
  });
  await follower.caughtUp;
  follower.stop();
  return { info, objects, deleted, batches };
}

/** What breaks its contract, an earlier owner wrote in another version: it is written anew. */
function readObject(subject: RecordSubject | undefined, payload: Uint8Array): ObjectRecord | undefined {
  if (subject?.type !== 'object') return undefined;
  try {
    // Records outlive the memory that they came in.
    return decodeObject(subject.kind, Buffer.from(payload));
  } catch {
    return undefined;
  }
}

function readBatch(batch: BatchEntry): readonly RecordInBatch[] {
  try {
    return decodeBatch(batch, new SharedTexts(), () => undefined);
  } catch {
    return [];
  }
}

/**
 * Deletes all records of an engine that is no member any more, and its claim. Batches after what stands in them, which would be there again without
 * its deletions; its info last, since whoever cleans finds engines by it, and who takes one without it takes it that there is nothing.
 */
export async function deleteRecords(log: ClusterLog, lease: Lease, engine: string): Promise<void> {
  const { info, objects, deleted, batches } = await standingRecords(log, engine);
  const daemon = readRecord(EngineRecord, info?.payload)?.identity?.id;
  if (daemon !== undefined) await releaseClaim(log, daemon, engine);
  await Promise.all([...objects.keys(), ...deleted].map((subject) => appendUnder(lease, log, subject, undefined)));
  await Promise.all([...batches.keys()].map((subject) => appendUnder(lease, log, subject, undefined)));
  if (info !== undefined) await appendUnder(lease, log, info.subject, undefined);
}
