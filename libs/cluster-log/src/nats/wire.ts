import { headers, type MsgHdrs } from '@nats-io/nats-core';

/** Marks a tombstone we wrote; the server's own (a record expired) carry `serverMarker`. Of all marks only this one keeps nats-server from announcing the tombstone's own expiry as a second deletion (seen with 2.15). */
const operationHeader = 'KV-Operation';
const purge = 'PURGE';
const serverMarker = 'Nats-Marker-Reason';
const ttlHeader = 'Nats-TTL';
const expectedSequenceHeader = 'Nats-Expected-Last-Subject-Sequence';
const expectedSubjectHeader = 'Nats-Expected-Last-Subject-Sequence-Subject';

export type WriteHeaders = {
  readonly ttlMs?: number | undefined;
  readonly deletes?: boolean;
  /** Full subject and sequence that must still be its last. */
  readonly expected?: { readonly subject: string; readonly sequence: number } | undefined;
};

export function writeHeaders({ ttlMs, deletes, expected }: WriteHeaders): MsgHdrs {
  const made = headers();
  // The server keeps whole seconds and at least one.
  if (ttlMs !== undefined) made.append(ttlHeader, `${Math.max(1, Math.ceil(ttlMs / 1_000))}s`);
  if (deletes) made.append(operationHeader, purge);
  if (expected !== undefined) {
    made.append(expectedSequenceHeader, String(expected.sequence));
    made.append(expectedSubjectHeader, expected.subject);
  }
  return made;
}

/** Of an agent's write or a record's, what the log's own writes carry; a door passes no other order on to JetStream. */
export function forwardedHeaders(given: MsgHdrs | undefined): MsgHdrs {
  const made = headers();
  for (const name of [operationHeader, serverMarker, ttlHeader, expectedSequenceHeader, expectedSubjectHeader]) {
    const value = given?.get(name);
    if (value) made.append(name, value);
  }
  return made;
}

/** What a write expects: full subject and its last sequence. */
export function expectationOf(given: MsgHdrs): { readonly subject: string | undefined; readonly sequence: number } | undefined {
  const sequence = given.get(expectedSequenceHeader);
  if (sequence === '') return undefined;
  return { subject: given.get(expectedSubjectHeader) || undefined, sequence: Number(sequence) };
}

/** Payload of a message that only takes the place of a record: one byte, and no record is that short. */
export const makesRoom = Uint8Array.of(0x2d);

export function isTombstone(found: MsgHdrs | undefined): boolean {
  return found !== undefined && (found.has(operationHeader) || found.has(serverMarker));
}

/** The server's mark of a record whose time ran out. */
export function isExpiry(found: MsgHdrs | undefined): boolean {
  return found?.get(serverMarker) === 'MaxAge';
}

/** Where a delivered message stands: in the stream, in its consumer, and how many still wait behind it. */
export type Delivery = { readonly sequence: number; readonly consumerSequence: number; readonly pending: number };

/**
 * Parses a consumer's reply subject: `$JS.ACK.<stream>.<consumer>.<tries>.<sequence>.<consumer sequence>.<time>.<pending>`,
 * newer servers put `<domain>.<account>` before the stream and a token behind. `undefined` = not a delivery.
 */
export function parseDelivery(reply: string | undefined): Delivery | undefined {
  const tokens = reply?.split('.') ?? [];
  if (tokens[0] !== '$JS' || tokens[1] !== 'ACK' || tokens.length < 9) return undefined;
  const shift = tokens.length === 9 ? 0 : 2;
  return { sequence: Number(tokens[5 + shift]), consumerSequence: Number(tokens[6 + shift]), pending: Number(tokens[8 + shift]) };
}
