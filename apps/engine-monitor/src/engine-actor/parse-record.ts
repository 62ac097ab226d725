import type { z } from 'zod';
import { decodeRecord } from '#contracts';

/** A JSON record of the log; `undefined` = it is missing or breaks its contract, and its writer is not us to repair. */
export function parseRecord<S extends z.ZodType>(schema: S, payload: Uint8Array | undefined): z.infer<S> | undefined {
  if (payload === undefined) return undefined;
  try {
    return decodeRecord(schema, payload);
  } catch {
    return undefined;
  }
}
