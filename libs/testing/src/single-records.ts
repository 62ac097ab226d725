import { decodeBatch, encodeObject, objectId, SharedTexts, subjects } from '#contracts';

type Entry = { readonly subject: string; readonly sequence: number; readonly payload: Uint8Array | undefined };

/** Of a batch of the log its records, as if each had been written alone, when it was written first; any other entry as it is. */
export function singleRecords<T extends Entry>(entry: T): Entry[] {
  const [family, engine = ''] = entry.subject.split('.');
  if (family !== 'batch') return [entry];
  const { payload, sequence } = entry;
  if (payload === undefined) return [];
  const records = decodeBatch({ payload, sequence }, new SharedTexts(), (error) => {
    throw error;
  });
  return records.map(({ kind, stamp, facts, entry: { bytes } }) => ({
    subject: subjects[kind](engine, objectId(facts)),
    sequence: stamp.sequence,
    payload: encodeObject({ epoch: stamp.epoch, facts, summary: bytes }),
  }));
}
