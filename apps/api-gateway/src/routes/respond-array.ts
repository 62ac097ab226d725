import { once } from 'node:events';
import type { Exchange } from '../http/exchange.ts';

/** Bytes handed to the connection at once: many pieces in one system call, while other requests have their turn in between. */
const burstBytes = 1024 * 1024;
/** Up to here one write of one piece is the cheapest. */
const onePieceBytes = 64 * 1024;

const open = Buffer.from('[');
const comma = Buffer.from(',');
const close = Buffer.from(']\n');

/** Rows joined by commas between two texts, in one piece: for answers that are kept. */
export function joinedRows(before: string, rows: readonly Buffer[], after: string): Buffer {
  const separated = rows.flatMap((row, place) => (place === 0 ? [row] : [comma, row]));
  return Buffer.concat([Buffer.from(before), ...separated, Buffer.from(after)]);
}

/** Answers a JSON array of rows that are JSON bytes already, or of runs of rows joined by commas. */
export function respondArray(exchange: Exchange, rows: Iterable<Buffer | readonly Buffer[]>): Promise<void> {
  const pieces: Buffer[] = [open];
  for (const row of rows) {
    if (pieces.length > 1) pieces.push(comma);
    if (Buffer.isBuffer(row)) pieces.push(row);
    else pieces.push(...row);
  }
  pieces.push(close);
  return respondPieces(exchange, pieces);
}

/** Answers JSON that lies in pieces. They are not copied, so they must not change; back-pressure is minded. */
export async function respondPieces(exchange: Exchange, pieces: readonly Buffer[]): Promise<void> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length <= onePieceBytes) return exchange.respond(200, Buffer.concat(pieces, length));
  const response = exchange.stream(200, { 'Content-Length': String(length) });
  for (let next = 0; next < pieces.length && !response.destroyed; ) {
    response.cork();
    let isTaken = true;
    for (let bytes = 0; next < pieces.length && bytes < burstBytes; next++) {
      const piece = pieces[next];
      if (piece === undefined) continue;
      bytes += piece.length;
      isTaken = response.write(piece);
    }
    response.uncork();
    if (!isTaken && next < pieces.length) await once(response, 'drain', { signal: exchange.signal });
  }
  response.end();
}
