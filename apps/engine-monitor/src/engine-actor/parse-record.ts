import type { z } from 'zod';

/** A JSON record of the log; `undefined` = it is missing or breaks its contract, and its writer is not us to repair. */
export function parseRecord<S extends z.ZodType>(schema: S, payload: Uint8Array | undefined): z.infer<S> | undefined {
  if (payload === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(payload).toString()));
  } catch {
    return undefined;
  }
}
