import { expect, it } from 'vitest';
import { aheadEvent, readSettled, settledNotice, splitAhead } from './ahead-event.ts';

const event = Buffer.from('{"Type":"container","Actor":{"ID":"a"},"timeNano":5}');

it('gives an event a number and takes it away again', () => {
  for (const serial of [1, 123_456_789_012_345]) {
    const bytes = Buffer.concat(aheadEvent(event, serial));
    expect(JSON.parse(bytes.toString())).toMatchObject({ Type: 'container', baleenAhead: serial });
    expect(splitAhead(bytes)).toEqual({ event, serial });
  }
});

it('takes nothing else for a number', () => {
  const attribute = Buffer.from('{"Actor":{"Attributes":{"a":1,"baleenAhead":3}},"timeNano":5}');
  for (const other of [
    event,
    attribute,
    Buffer.from('{"a":1,"baleenAhead":-1}'),
    Buffer.from('{"a":1,"baleenAhead":7'),
    Buffer.alloc(0),
  ])
    expect(splitAhead(other)).toBeUndefined();
});

it('reads the numbers of a notice, and nothing else', () => {
  expect(readSettled(settledNotice([3, 1, 20]))).toEqual([3, 1, 20]);
  expect(readSettled(Buffer.from('1 x 1e400 2.5'))).toEqual([1]);
});
