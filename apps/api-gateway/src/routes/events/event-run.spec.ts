import { expect, it } from 'vitest';
import { EventRun } from './event-run.ts';

const [a, b, c] = ['a\n', 'b\n', 'c\n'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

it('is the same, and its bytes too, for all who appended the same lines', () => {
  const beginning = EventRun.empty();
  const one = beginning.append(a).append(b);
  const other = beginning.append(a).append(b);
  expect(other).toBe(one);
  expect(other.bytes).toBe(one.bytes);
  expect(one.bytes.toString()).toBe('a\nb\n');
});

it('is another where lines differ', () => {
  const beginning = EventRun.empty();
  const all = beginning.append(a).append(b).append(c);
  const some = beginning.append(a).append(c);
  const last = beginning.append(c);
  expect([all, some, last].map(({ bytes }) => bytes.toString())).toEqual(['a\nb\nc\n', 'a\nc\n', 'c\n']);
  expect(beginning.append(c)).toBe(last);
});

it('is one chunk for all who have it', () => {
  const run = EventRun.empty().append(a).append(Buffer.from('0123456789abcde\n'));
  expect(run.chunk.toString()).toBe('12\r\na\n0123456789abcde\n\r\n');
  expect(run.chunk).toBe(run.chunk);
});

it('copies no single line', () => {
  expect(EventRun.empty().append(a).bytes).toBe(a);
});

it('is no longer than the lines that it has', () => {
  expect(EventRun.empty().bytes).toHaveLength(0);
});
