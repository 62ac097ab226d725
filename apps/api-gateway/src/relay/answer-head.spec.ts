import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { EngineStream } from '#docker-api';
import { readAnswerHead } from './answer-head.ts';

const head = 'HTTP/1.1 200 OK\r\nX-Twice: 1\r\nX-Twice:2 \r\nEmpty:\r\n\r\n';

describe('readAnswerHead', () => {
  const reading = (...pieces: string[]) => {
    const stream = new PassThrough();
    const found = readAnswerHead(stream as unknown as EngineStream, 200);
    for (const piece of pieces) stream.write(piece);
    return { stream, found };
  };

  it('reads a head however it is cut and leaves the body in the stream', async () => {
    const { stream, found } = reading(...head, 'bo', 'dy');
    expect(await found).toEqual({ status: 200, reason: 'OK', rawHeaders: ['X-Twice', '1', 'X-Twice', '2', 'Empty', ''] });
    stream.end();
    expect(String(Buffer.concat(await stream.toArray()))).toBe('body');
  });

  it('skips interim answers', async () => {
    const { found } = reading('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n');
    expect(await found).toEqual({ status: 404, reason: 'Not Found', rawHeaders: [] });
  });

  it('waits for no end of interim answers', async () => {
    const { found } = reading(...Array.from({ length: 20 }, () => 'HTTP/1.1 100 Continue\r\n\r\n'));
    await expect(found).rejects.toMatchObject({ code: 'HPE_INVALID_HEAD' });
    await expect(reading('HTTP/1.1 102 \r\n\r\n'.repeat(100_000)).found).rejects.toMatchObject({ code: 'HPE_INVALID_HEAD' });
  });

  it('refuses what is no head, or one without end', async () => {
    for (const text of [
      '220 mail.example',
      'HTTP/2 200\r\n\r\n',
      'HTTP/1.1 200 OK\r\nno field\r\n\r\n',
      `HTTP/1.1 200 ${'x'.repeat(200)}`,
    ])
      await expect(reading(text).found, text).rejects.toMatchObject({ code: 'HPE_INVALID_HEAD' });
  });

  it('tells of a connection that ends before', async () => {
    const { stream, found } = reading('HTTP/1.1 200');
    stream.end();
    await expect(found).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});
