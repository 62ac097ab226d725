import { expect, it } from 'vitest';
import { printable, printableLines } from './printable.ts';

const orders = ['\u001b[2J', '\u009b2J', '\u0007', '\r', '\u007f', '\u202e'];

it.each(orders)('shows the order %j, and gives none', (order) => {
  for (const shown of [printable(`a${order}b`), printableLines(`a${order}b`)]) {
    expect(shown).toMatch(/^a\\u[\da-f]{4}.*b$/);
    expect(JSON.parse(`"${shown}"`)).toBe(`a${order}b`);
  }
});

it('leaves every other text as it is', () => {
  const text = 'node-1 “über” 日本語 👩‍👧 └ \\u001b';
  expect([printable(text), printableLines(`${text}\n`)]).toEqual([text, `${text}\n`]);
});

it('keeps a text that is on one line there', () => {
  expect(printable('node-1\nnode-2 healthy')).toBe('node-1\\u000anode-2 healthy');
});
