const decoder = new TextDecoder();

/** A record's payload; its schema is the caller's. */
export function parseJson(payload: Uint8Array): unknown {
  return JSON.parse(decoder.decode(payload));
}
