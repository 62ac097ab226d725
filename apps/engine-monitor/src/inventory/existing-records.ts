import { appendUnder, type ClusterLog, type Lease } from '#cluster-log';
import { EngineRecord, subjects } from '#contracts';
import { releaseClaim } from '../claims/daemon-claims.ts';
import { parseRecord } from '../engine-actor/parse-record.ts';

/** Subjects of all records of one engine, its info included. */
export async function existingRecords(log: ClusterLog, engine: string): Promise<Set<string>> {
  const found = new Set<string>();
  const follower = log.follow([subjects.engineAll(engine)], {
    onEntry: ({ subject, payload }) => {
      if (payload === undefined) found.delete(subject);
      else found.add(subject);
    },
    onReset: () => found.clear(),
  });
  await follower.caughtUp;
  follower.stop();
  return found;
}

/** Deletes all records of an engine that is no member any more, and its claim; its info last, since whoever cleans finds engines by it. */
export async function deleteRecords(log: ClusterLog, lease: Lease, engine: string): Promise<void> {
  const info = subjects.engineInfo(engine);
  const [found, last] = await Promise.all([existingRecords(log, engine), log.get(info)]);
  const daemon = parseRecord(EngineRecord, last?.payload)?.identity?.id;
  if (daemon !== undefined) await releaseClaim(log, daemon, engine);
  const objects = [...found].filter((subject) => subject !== info);
  await Promise.all(objects.map((subject) => appendUnder(lease, log, subject, undefined)));
  if (found.has(info)) await appendUnder(lease, log, info, undefined);
}
