import { z } from 'zod';
import { encodeRecord, readRecord } from '#contracts';

/** `lease.<what>`: who holds it. `term` is written from the first renewal on: only then is the first sequence known. */
const LeaseRecord = z.object({ holder: z.string(), term: z.number().optional() });
export type LeaseRecord = z.infer<typeof LeaseRecord>;

export function encodeLease(record: LeaseRecord): Uint8Array {
  return encodeRecord(record);
}

/** `undefined` = not a lease's record. */
export function decodeLease(payload: Uint8Array): LeaseRecord | undefined {
  return readRecord(LeaseRecord, payload);
}
