import { z } from 'zod';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A record or notice that travels as JSON, as the log and the bus want it. */
export function encodeRecord(record: object): Uint8Array {
  return encoder.encode(JSON.stringify(record));
}

/** What a payload says. Throws SyntaxError or ZodError for one that breaks the contract. */
export function decodeRecord<S extends z.ZodType>(schema: S, payload: Uint8Array): z.infer<S> {
  return schema.parse(JSON.parse(decoder.decode(payload)));
}

/** As `decodeRecord`; `undefined` = there is none, or it breaks its contract and is not the reader's to repair. */
export function readRecord<S extends z.ZodType>(schema: S, payload: Uint8Array | undefined): z.infer<S> | undefined {
  if (payload === undefined) return undefined;
  try {
    return decodeRecord(schema, payload);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
