/** How the body of an answer was delimited. */
export type Framing = 'none' | 'length' | 'chunked' | 'close';

/**
 * `complete`: by its framing · `closed`: the server ended it, or broke it off · `cut`: we hung up as agreed · `hang`: nothing more came
 * in time · `refused`: no connection.
 */
export type Ending = 'complete' | 'closed' | 'cut' | 'hang' | 'refused';

/** An answer as it came; `status` 0 when none did. Headers in their order and spelling. */
export type WireAnswer = {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly framing: Framing;
  readonly body: Buffer;
  readonly ending: Ending;
};

export const noAnswer = (ending: Ending): WireAnswer => ({
  status: 0,
  reason: '',
  headers: [],
  framing: 'none',
  body: Buffer.alloc(0),
  ending,
});

/** A header of the answer, names in any case. */
export function headerOf(answer: Pick<WireAnswer, 'headers'>, name: string): string | undefined {
  return answer.headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}

/** What has come so far: `undefined` before the head is whole; `isWhole` once the framing says that nothing more follows. */
export function parseAnswer(bytes: Buffer, method: string): (Omit<WireAnswer, 'ending'> & { isWhole: boolean }) | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const [, status = '0', reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(statusLine) ?? [];
  const rest = bytes.subarray(end + 4);
  // An interim answer says only that the request may go on.
  if (status === '100') return parseAnswer(rest, method);
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const head = { status: Number(status), reason, headers };
  return { ...head, ...framedBody(rest, framingOf(head, method), head) };
}

function framingOf(head: Pick<WireAnswer, 'status' | 'headers'>, method: string): Framing {
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return 'none';
  if (headerOf(head, 'transfer-encoding') === 'chunked') return 'chunked';
  return headerOf(head, 'content-length') === undefined ? 'close' : 'length';
}

function framedBody(rest: Buffer, framing: Framing, head: Pick<WireAnswer, 'headers'>) {
  switch (framing) {
    case 'none':
      return { framing, body: Buffer.alloc(0), isWhole: true };
    case 'close':
      return { framing, body: rest, isWhole: false };
    case 'length': {
      const length = Number(headerOf(head, 'content-length'));
      return { framing, body: rest.subarray(0, length), isWhole: rest.length >= length };
    }
    case 'chunked':
      return { framing, ...unchunked(rest) };
  }
}

function unchunked(rest: Buffer): { body: Buffer; isWhole: boolean } {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd === -1) return { body: Buffer.concat(parts), isWhole: false };
    const length = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    const chunk = rest.subarray(lineEnd + 2, lineEnd + 2 + length);
    if (length === 0) return { body: Buffer.concat(parts), isWhole: rest.length >= lineEnd + 4 };
    parts.push(chunk);
    if (chunk.length < length) return { body: Buffer.concat(parts), isWhole: false };
    at = lineEnd + 2 + length + 2;
  }
}
