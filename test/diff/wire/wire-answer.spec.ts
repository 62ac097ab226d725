import { expect, it } from 'vitest';
import { parseAnswer } from './wire-answer.ts';

const parsed = (text: string, method = 'GET') => parseAnswer(Buffer.from(text), method);

it('knows the end of a body by its length, by its last chunk, and not at all', () => {
  expect(parsed('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab')).toMatchObject({ framing: 'length', isWhole: true });
  expect(parsed('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab')).toMatchObject({ isWhole: false });
  const chunks = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n';
  expect(parsed(chunks)).toMatchObject({ isWhole: false });
  const whole = parsed(`${chunks}0\r\n\r\n`);
  expect(whole).toMatchObject({ framing: 'chunked', isWhole: true });
  expect(whole?.body.toString()).toBe('abc');
  expect(parsed('HTTP/1.1 101 UPGRADED\r\n\r\nraw')).toMatchObject({ framing: 'close', isWhole: false });
});

it('takes no body for HEAD, 204 and 304, and skips an interim answer', () => {
  expect(parsed('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', 'HEAD')).toMatchObject({ framing: 'none', isWhole: true });
  expect(parsed('HTTP/1.1 304 Not Modified\r\n\r\n')).toMatchObject({ isWhole: true });
  expect(parsed('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')).toMatchObject({
    status: 404,
  });
});
