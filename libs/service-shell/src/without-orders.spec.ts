import { expect, it } from 'vitest';
import { withoutOrders } from './without-orders.ts';

function shown(msg: string): string {
  const line = withoutOrders(Buffer.from(`${JSON.stringify({ msg })}\n`)).toString('utf8');
  return (JSON.parse(line) as { msg: string }).msg;
}

it.each([
  ['\u001b[2J', '\\u001b[2J'],
  ['\u009b2J', '\\u009b2J'],
  ['\u007f', '\\u007f'],
  ['\r\b', '\\r\\b'],
  ['\\\u001b', '\\\\u001b'],
])('writes the order %j out', (order, written) => {
  expect(shown(`a${order}b`)).toBe(`a${written}b`);
});

it.each(['lines\n\tof a stack', 'a path C:\\users\\boot', '“über” 日本語 👩‍👧 Â ', '\\u001b'])('leaves %j as it is', (text) => {
  expect(shown(text)).toBe(text);
});
