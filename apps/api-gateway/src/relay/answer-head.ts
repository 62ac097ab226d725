import type { EngineStream } from '#docker-api';

/** The head of an HTTP/1.1 answer; names and values alternate, as they came. */
export type AnswerHead = { readonly status: number; readonly reason: string; readonly rawHeaders: readonly string[] };

/** What answers does not speak HTTP/1.1. Its code is in the manner of Node's parser, so that both are told alike. */
class BadHeadError extends Error {
  readonly code = 'HPE_INVALID_HEAD';
}

/**
 * Reads up to the end of the answer's head; everything behind it stays in the stream, which is paused. Interim answers (1xx) are
 * skipped, and count for `maxBytes`. Rejects with BadHeadError, with ECONNRESET when the connection ends before, or with the stream's own error.
 */
export function readAnswerHead(stream: EngineStream, maxBytes: number): Promise<AnswerHead> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    let skippedBytes = 0;
    const settle = (outcome: () => void) => {
      stream.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
      outcome();
    };
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      try {
        let found = headIn(received, maxBytes - skippedBytes);
        for (; found !== undefined && isInterim(found.head); found = headIn(received, maxBytes - skippedBytes)) {
          skippedBytes += received.length - found.rest.length;
          received = found.rest;
        }
        if (found === undefined) return;
        stream.pause();
        settle(() => resolve(found.head));
        if (found.rest.length > 0) stream.unshift(found.rest);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = () => settle(() => reject(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })));
    const onError = (error: Error) => settle(() => reject(error));
    stream.on('data', onData).once('end', onEnd).once('close', onEnd).once('error', onError);
  });
}

const headEnd = '\r\n\r\n';

function headIn(received: Buffer, maxBytes: number): { head: AnswerHead; rest: Buffer } | undefined {
  const end = received.indexOf(headEnd);
  if (end === -1) {
    const isOther = !'HTTP/1.'.startsWith(received.toString('latin1', 0, 'HTTP/1.'.length));
    if (isOther || received.length > maxBytes) throw new BadHeadError('no head of an HTTP/1.1 answer');
    return undefined;
  }
  return { head: parseAnswerHead(received.toString('latin1', 0, end)), rest: received.subarray(end + headEnd.length) };
}

function isInterim({ status }: AnswerHead): boolean {
  return status >= 100 && status < 200;
}

function parseAnswerHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [, status, reason = ''] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first) ?? [];
  if (status === undefined) throw new BadHeadError(`no status line: ${first.slice(0, 80)}`);
  const rawHeaders = lines.flatMap((line) => {
    const [, name, value] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new BadHeadError(`no header line: ${line.slice(0, 80)}`);
    return [name, value];
  });
  return { status: Number(status), reason, rawHeaders };
}
