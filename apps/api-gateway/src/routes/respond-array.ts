import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Exchange } from '../http/exchange.ts';

/** Bytes gathered before a write: small enough to start early, large enough that the writes do not count. */
const pieceBytes = 256 * 1024;

const open = Buffer.from('[');
const comma = Buffer.from(',');
const close = Buffer.from(']\n');

/** Answers a JSON array of rows that are JSON bytes already, in pieces and minding back-pressure; rows are never parsed again. */
export async function respondArray(exchange: Exchange, rows: Iterable<Buffer | readonly Buffer[]>): Promise<void> {
  let pending: Buffer[] = [open];
  let pendingBytes = open.length;
  let isFirst = true;
  let response: ReturnType<Exchange['stream']> | undefined;
  for (const row of rows) {
    if (!isFirst) pending.push(comma);
    isFirst = false;
    for (const part of Buffer.isBuffer(row) ? [row] : row) {
      pending.push(part);
      pendingBytes += part.length;
    }
    if (pendingBytes < pieceBytes) continue;
    response ??= exchange.stream(200);
    if (!response.write(Buffer.concat(pending))) await once(response, 'drain', { signal: exchange.signal });
    // Other requests have their turn between pieces: 100,000 rows take more than a second the first time.
    else await nextTurn();
    pending = [];
    pendingBytes = 0;
  }
  pending.push(close);
  if (response === undefined) exchange.respond(200, Buffer.concat(pending));
  else response.end(Buffer.concat(pending));
}
