import { batchedBytes, batchMaxBytes, type ObjectRecord } from '#contracts';

/** In order, none larger than a batch may be (but for a record that alone is). */
export function batchesOf<T extends { readonly record: ObjectRecord }>(records: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = batchMaxBytes;
  for (const one of records) {
    bytes += batchedBytes(one.record);
    if (bytes > batchMaxBytes) {
      batches.push([]);
      bytes = batchedBytes(one.record);
    }
    batches.at(-1)?.push(one);
  }
  return batches;
}
