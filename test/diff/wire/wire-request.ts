/** One HTTP/1.1 request exactly as it goes over the wire. */
export type WireRequest = {
  readonly method: string;
  /** With version prefix and query, as written; nothing is encoded. */
  readonly target: string;
  /** In this order and spelling; `Host`, and the framing of a body, are added. */
  readonly headers?: readonly (readonly [string, string])[];
  /** A value other than text and bytes goes as JSON, with its Content-Type. */
  readonly body?: unknown;
  /** The body goes in chunks of this many bytes instead of with a length. */
  readonly chunkBytes?: number;
  /** Sent once the answer's head has come: what a client says on a connection that it took over. Then its half is closed. */
  readonly afterHead?: Buffer | string;
  /** Of an answer without end (events, stats, logs -f) this much is waited for, then the client hangs up. */
  readonly cutAfterMs?: number;
};

/** The bytes of a request. */
export function wireBytes(request: WireRequest): Buffer {
  const body = bodyBytes(request.body);
  const lines = [`${request.method} ${request.target} HTTP/1.1`, 'Host: baleen', ...headerLines(request, body)];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
  if (body === undefined) return head;
  return Buffer.concat([head, request.chunkBytes === undefined ? body : chunked(body, request.chunkBytes)]);
}

function headerLines({ headers = [], body: given, chunkBytes }: WireRequest, body: Buffer | undefined): string[] {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  const says = (name: string) => headers.some(([known]) => known.toLowerCase() === name);
  if (body === undefined) return lines;
  if (typeof given !== 'string' && !Buffer.isBuffer(given) && !says('content-type')) lines.push('Content-Type: application/json');
  if (chunkBytes !== undefined) lines.push('Transfer-Encoding: chunked');
  else if (!says('content-length') && !says('transfer-encoding')) lines.push(`Content-Length: ${body.length}`);
  return lines;
}

function bodyBytes(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function chunked(body: Buffer, chunkBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; at += chunkBytes) {
    const chunk = body.subarray(at, at + chunkBytes);
    parts.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}
