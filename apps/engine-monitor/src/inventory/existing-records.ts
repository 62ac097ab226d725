import { appendUnder, type ClusterLog, type Lease } from '#cluster-log';
import { decodeObject, EngineRecord, type ObjectRecord, subjects } from '#contracts';
import { releaseClaim } from '../claims/daemon-claims.ts';
import { parseRecord } from '../engine-actor/parse-record.ts';

/** What an earlier owner left of one engine. */
export type Existing = {
  /** Of all its records, its info included. */
  readonly subjects: ReadonlySet<string>;
  /** Its containers by subject; those whose record breaks the contract are left out. */
  readonly containers: ReadonlyMap<string, ObjectRecord<'container'>>;
};

export async function existingRecords(log: ClusterLog, engine: string): Promise<Existing> {
  const found = new Set<string>();
  const containers = new Map<string, ObjectRecord<'container'>>();
  const ofContainers = subjects.container(engine, '');
  const follower = log.follow([subjects.engineAll(engine)], {
    onEntry: ({ subject, payload }) => {
      const container = payload && subject.startsWith(ofContainers) ? parsedContainer(payload) : undefined;
      if (payload === undefined) found.delete(subject);
      else found.add(subject);
      if (container === undefined) containers.delete(subject);
      else containers.set(subject, container);
    },
    onReset: () => {
      found.clear();
      containers.clear();
    },
  });
  await follower.caughtUp;
  follower.stop();
  return { subjects: found, containers };
}

/** `undefined` = it breaks its contract: the container is read as if it were new. */
function parsedContainer(payload: Uint8Array): ObjectRecord<'container'> | undefined {
  try {
    return decodeObject('container', payload);
  } catch {
    return undefined;
  }
}

/** Deletes all records of an engine that is no member any more, and its claim; its info last, since whoever cleans finds engines by it. */
export async function deleteRecords(log: ClusterLog, lease: Lease, engine: string): Promise<void> {
  const info = subjects.engineInfo(engine);
  const [found, last] = await Promise.all([existingRecords(log, engine), log.get(info)]);
  const daemon = parseRecord(EngineRecord, last?.payload)?.identity?.id;
  if (daemon !== undefined) await releaseClaim(log, daemon, engine);
  const objects = [...found.subjects].filter((subject) => subject !== info);
  await Promise.all(objects.map((subject) => appendUnder(lease, log, subject, undefined)));
  if (found.subjects.has(info)) await appendUnder(lease, log, info, undefined);
}
