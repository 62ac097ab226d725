import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { LogEntry } from './log.ts';

/** A record that stands in the log together with others, in one message. */
export type BatchedRecord = {
  readonly subject: string;
  readonly payload: Uint8Array;
  /** The sequence at which the log had this very record before; `undefined` = it was never written before. */
  readonly writtenAt?: number | undefined;
};

/** Records of one batch, before they are packed: packed or not, a message of it fits into what NATS takes (1 MiB). */
export const batchMaxBytes = 512 * 1024;

const family = 'batch.';
/** Length of the subject, of the payload, sequence. */
const headBytes = 2 + 4 + 8;
const lengthBytes = 4;
/** Rows of one engine are alike: the quickest level makes an eighth of them. */
const level = 1;

/** Bytes that a record takes of `batchMaxBytes`. */
export function batchedBytes({ subject, payload }: BatchedRecord): number {
  return headBytes + subject.length + payload.length;
}

/**
 * The payload of a batch, to be appended under a subject `batch.…`: whoever follows that gets each of the records as an entry. Length of what
 * follows unpacked, then deflated: for each record its head, its subject and its payload. Subjects are ASCII.
 */
export function encodeBatch(records: readonly BatchedRecord[]): Buffer {
  const raw = Buffer.allocUnsafe(records.reduce((sum, record) => sum + batchedBytes(record), 0));
  let at = 0;
  for (const { subject, payload, writtenAt } of records) {
    at = raw.writeUInt16LE(subject.length, at);
    at = raw.writeUInt32LE(payload.length, at);
    at = raw.writeDoubleLE(writtenAt ?? 0, at);
    at += raw.write(subject, at, 'latin1');
    raw.set(payload, at);
    at += payload.length;
  }
  const length = Buffer.allocUnsafe(lengthBytes);
  length.writeUInt32LE(raw.length);
  return Buffer.concat([length, deflateRawSync(raw, { level })]);
}

/** Payloads are windows on memory of the batch's own. Throws on what `encodeBatch` did not make. */
export function decodeBatch(batch: Uint8Array): BatchedRecord[] {
  const packed = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  const length = packed.readUInt32LE();
  // One byte of room more than needed: zlib asks for another chunk when the first is full.
  const raw = inflateRawSync(packed.subarray(lengthBytes), { chunkSize: Math.max(64, length + 1), maxOutputLength: length + 1 });
  if (raw.length !== length) throw new Error(`a batch of ${raw.length} bytes that says ${length}`);
  const records: BatchedRecord[] = [];
  for (let at = 0; at < length; ) {
    const subjectAt = at + headBytes;
    const payloadAt = subjectAt + raw.readUInt16LE(at);
    const end = payloadAt + raw.readUInt32LE(at + 2);
    const writtenAt = raw.readDoubleLE(at + 6);
    if (end > length) throw new Error('a record that ends behind its batch');
    const subject = raw.toString('latin1', subjectAt, payloadAt);
    records.push({ subject, payload: raw.subarray(payloadAt, end), writtenAt: writtenAt === 0 ? undefined : writtenAt });
    at = end;
  }
  return records;
}

/**
 * What followers are told of an entry: of a batch its records, as if each had been written alone, then the batch itself. A record that was
 * written before comes with that sequence, so that it says nothing new to who has it, and nothing at all to who has a newer one. Throws on a batch
 * that cannot be read.
 */
export function entriesOf(entry: LogEntry): readonly LogEntry[] {
  const { subject: batch, payload: records, sequence: writtenNow } = entry;
  if (records === undefined || !batch.startsWith(family)) return [entry];
  const entries: LogEntry[] = decodeBatch(records).map(({ subject, payload, writtenAt }) => ({
    subject,
    sequence: writtenAt ?? writtenNow,
    payload,
    batch,
  }));
  entries.push(entry);
  return entries;
}
