import { isAscii } from 'node:buffer';
import { constants, zstdCompressSync } from 'node:zlib';
import { z } from 'zod';
import { bufferOf } from '../buffer-of.ts';
import { factRows } from './fact-rows.ts';
import type { FactsOf, ObjectKind, ObjectRecord } from './object-records.ts';
import type { Stamp } from './ownership.ts';
import { PackedEntry, PackedPiece } from './packed-entries.ts';
import { RowReader } from './row-reader.ts';
import { type Row, RowWriter } from './row-writer.ts';
import type { SharedTexts } from './shared-texts.ts';

/**
 * What one reading of an engine found, many records in a message: `batch.<engine>.<part>` (ADR 30, 33, 56). Facts are rows; list entries lie behind
 * them, in pieces that are unpacked when somebody asks for one of them. Most followers never do.
 */
export type BatchedRecord = ObjectRecord & {
  /** The sequence at which the log had this very record before; `undefined` = it was never written before. */
  readonly writtenAt?: number | undefined;
};

/** The message of a batch, and its place in the log. */
export type BatchEntry = { readonly payload: Uint8Array; readonly sequence: number };

/** A record as a batch has it, but for its list entry. */
export type FactsInBatch = {
  readonly kind: ObjectKind;
  /** Of when the log had this very record first. One object for all that share it: most of a batch. */
  readonly stamp: Stamp;
  readonly facts: FactsOf[ObjectKind];
};

export type RecordInBatch = FactsInBatch & { readonly entry: PackedEntry };

/** Bytes that the records of a batch take, as `batchedBytes` counts them: its message fits into what NATS takes (1 MiB), however little can be packed. */
export const batchMaxBytes = 768 * 1024;
/** Facts take as many beside what they have of the list entry: labels, mounts, ports that are bound. */
const factsBytes = 1024;
/** What a list entry does not have, for each: ports of a container that does not run, exposed ones, devices. */
const unlistedBytes = 128;
/** List entries that are packed together: more would be unpacked for one, fewer are less alike. */
const pieceMaxBytes = 64 * 1024;
/** List entries of one engine are alike: the quickest level makes an eighth of them. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 };
const lengthBytes = 4;
/** In rows, a kind is its place here: new ones come last. */
const kinds: readonly ObjectKind[] = ['container', 'image', 'network', 'volume'];

const Head = z.object({
  epochs: z.array(z.number()),
  /** Of each piece: entries, their bytes, its bytes. */
  pieces: z.array(z.tuple([z.number(), z.number(), z.number()])),
  /** Of each record: its kind, `writtenAt` or 0, the place of its epoch, bytes of its list entry, its facts (`fact-rows.ts`). */
  rows: z.custom<readonly unknown[]>(Array.isArray),
});

export function batchedBytes({ facts, summary }: Pick<ObjectRecord, 'facts' | 'summary'>): number {
  return factsBytes + 2 * summary.length + unlistedBytes * unlisted(facts);
}

function unlisted(facts: ObjectRecord['facts']): number {
  if (!('resources' in facts)) return 0;
  const { ports, exposedPorts, resources } = facts;
  return ports.length + exposedPorts.length + resources.devices.length;
}

/** Bytes of the head, the head as JSON, the pieces. */
export function encodeBatch(records: readonly BatchedRecord[]): Buffer {
  const epochs = [...new Set(records.map(({ epoch }) => epoch))];
  const writer = new RowWriter();
  const rows = records.map((record) => rowOf(record, writer, epochs));
  const pieces = inPieces(records.map(({ summary }) => summary)).map((entries) => {
    const bytes = joined(entries);
    return { count: entries.length, length: bytes.length, packed: pack(bytes) };
  });
  const sizes = pieces.map(({ count, length, packed }): [number, number, number] => [count, length, packed.length]);
  const head = Buffer.from(JSON.stringify({ epochs, pieces: sizes, rows } satisfies z.infer<typeof Head>));
  const length = Buffer.allocUnsafe(lengthBytes);
  length.writeUInt32LE(head.length);
  return Buffer.concat([length, head, ...pieces.map(({ packed }) => packed)]);
}

/**
 * The payload may be overwritten afterwards. Throws on what `encodeBatch` did not make; of pieces that cannot be unpacked `onBroken` hears when their time
 * comes.
 */
export function decodeBatch(
  { payload, sequence }: BatchEntry,
  texts: SharedTexts,
  onBroken: (error: unknown) => void,
): RecordInBatch[] {
  const { head, rest } = openBatch(payload);
  const read = rowReading(head, sequence, texts);
  const records: RecordInBatch[] = [];
  // A copy of their own: most of them outlive the message.
  const packed = Buffer.from(rest);
  let packedAt = 0;
  for (const [count, length, packedBytes] of head.pieces) {
    const piece = new PackedPiece(packed.subarray(packedAt, packedAt + packedBytes), length, onBroken);
    packedAt += packedBytes;
    let entryAt = 0;
    for (const end = records.length + count; records.length < end; ) {
      if (records.length === head.rows.length) throw new Error('a piece of more list entries than there are rows');
      const { kind, stamp, facts, entryBytes } = read(head.rows[records.length]);
      records.push({ kind, stamp, facts, entry: new PackedEntry(piece, entryAt, (entryAt += entryBytes)) });
    }
    if (entryAt !== length) throw new Error(`list entries of ${entryAt} bytes where a piece says ${length}`);
  }
  if (packedAt !== packed.length || records.length !== head.rows.length) throw new Error('a batch that was cut');
  return records;
}

/** For who never shows a list entry: what lies behind the rows is not even looked at. */
export function decodeFacts({ payload, sequence }: BatchEntry, texts: SharedTexts): FactsInBatch[] {
  const { head } = openBatch(payload);
  return head.rows.map(rowReading(head, sequence, texts));
}

function openBatch(payload: Uint8Array): { head: z.infer<typeof Head>; rest: Buffer } {
  const batch = bufferOf(payload);
  const piecesAt = lengthBytes + batch.readUInt32LE();
  const head = batch.subarray(lengthBytes, piecesAt);
  // Nearly all of them are ASCII, which is read in half of the time.
  const text = head.toString(isAscii(head) ? 'latin1' : 'utf8');
  return { head: Head.parse(JSON.parse(text)), rest: batch.subarray(piecesAt) };
}

/** For the rows in their order: the first of them to say a text has it. */
function rowReading({ epochs }: z.infer<typeof Head>, batchSequence: number, texts: SharedTexts) {
  const reader = new RowReader(texts);
  let stamp: Stamp | undefined;
  return (row: unknown): FactsInBatch & { readonly entryBytes: number } => {
    reader.begin(row);
    const kind = kinds[reader.number()];
    const sequence = reader.number() || batchSequence;
    const epoch = epochs[reader.number()];
    if (kind === undefined || epoch === undefined) throw new Error('a row of no kind or of no epoch');
    if (stamp?.epoch !== epoch || stamp.sequence !== sequence) stamp = { epoch, sequence };
    return { kind, stamp, entryBytes: reader.number(), facts: factRows[kind].read(reader) };
  };
}

function rowOf({ kind, writtenAt = 0, epoch, summary, facts }: BatchedRecord, writer: RowWriter, epochs: number[]): Row {
  const row = writer.begin();
  writer.number(kinds.indexOf(kind));
  writer.number(writtenAt);
  writer.number(epochs.indexOf(epoch));
  writer.number(summary.length);
  // Facts are of the record's kind.
  (factRows[kind].write as (row: RowWriter, facts: FactsOf[ObjectKind]) => void)(writer, facts);
  return row;
}

/** Memory for each piece would cost more than the copy. */
const pieceRoom = Buffer.allocUnsafeSlow(pieceMaxBytes);

/** Good until the next call. */
function joined(entries: readonly Buffer[]): Buffer {
  const [only] = entries;
  if (entries.length === 1 && only !== undefined) return only;
  let length = 0;
  for (const entry of entries) length += entry.copy(pieceRoom, length);
  return pieceRoom.subarray(0, length);
}

function pack(bytes: Buffer): Buffer {
  // Room for what most are packed into, instead of 16 KiB for each.
  return zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length, chunkSize: Math.max(64, bytes.length >>> 2) });
}

/** In order, none larger than a piece may be (but for an entry that alone is). */
function inPieces(entries: readonly Buffer[]): Buffer[][] {
  const pieces: Buffer[][] = [];
  let bytes = pieceMaxBytes;
  for (const entry of entries) {
    bytes += entry.length;
    if (bytes > pieceMaxBytes) {
      pieces.push([]);
      bytes = entry.length;
    }
    pieces.at(-1)?.push(entry);
  }
  return pieces;
}
