import { appendUnder, type ClusterLog, type Lease, type LogEntry } from '#cluster-log';
import { EngineRecord, subjects } from '#contracts';
import { releaseClaim } from '../claims/daemon-claims.ts';
import { parseRecord } from '../engine-actor/parse-record.ts';

/** What the log has of one engine. */
export type StandingRecords = {
  /** Of itself: `engine.<key>.info`. */
  readonly info: LogEntry | undefined;
  /** Of what it holds, by subject. */
  readonly objects: ReadonlyMap<string, LogEntry>;
  /** Subjects whose own message is a deletion. */
  readonly deleted: ReadonlySet<string>;
  /** Subjects of the batches that stand, with the subjects of their records. */
  readonly batches: ReadonlyMap<string, readonly string[]>;
};

export async function standingRecords(log: ClusterLog, engine: string): Promise<StandingRecords> {
  const infoSubject = subjects.engineInfo(engine);
  let info: LogEntry | undefined;
  const objects = new Map<string, LogEntry>();
  const deleted = new Set<string>();
  const batches = new Map<string, string[]>();
  const noteIn = (batch: string, subject: string): void => {
    const records = batches.get(batch);
    if (records === undefined) batches.set(batch, [subject]);
    else records.push(subject);
  };
  const onObject = (entry: LogEntry): void => {
    const { subject, payload, batch, sequence } = entry;
    if (batch !== undefined) noteIn(batch, subject);
    if (payload === undefined) {
      objects.delete(subject);
      deleted.add(subject);
    } else if (sequence >= (objects.get(subject)?.sequence ?? 0)) {
      objects.set(subject, entry);
      deleted.delete(subject);
    }
  };
  const follower = log.follow([subjects.engineAll(engine), subjects.batchAll(engine)], {
    onEntry: (entry) => {
      if (entry.subject === infoSubject) info = entry.payload === undefined ? undefined : entry;
      else if (!entry.subject.startsWith('batch.')) onObject(entry);
      else if (entry.payload === undefined) batches.delete(entry.subject);
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

/**
 * Deletes all records of an engine that is no member any more, and its claim. Batches after what stands in them, which would be there again without
 * its deletions; its info last, since whoever cleans finds engines by it.
 */
export async function deleteRecords(log: ClusterLog, lease: Lease, engine: string): Promise<void> {
  const { info, objects, batches } = await standingRecords(log, engine);
  const daemon = parseRecord(EngineRecord, info?.payload)?.identity?.id;
  if (daemon !== undefined) await releaseClaim(log, daemon, engine);
  await Promise.all([...objects.keys()].map((subject) => appendUnder(lease, log, subject, undefined)));
  await Promise.all([...batches.keys()].map((subject) => appendUnder(lease, log, subject, undefined)));
  if (info !== undefined) await appendUnder(lease, log, info.subject, undefined);
}
