import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { batchedBytes, decodeBatch, encodeBatch, entriesOf } from './batch.ts';

const records = [
  { subject: 'engine.a.container.1', payload: Buffer.from('{"a":1}\n{}'), writtenAt: 1_785_849_938_493_938 },
  { subject: 'engine.a.volume.=2ex', payload: randomBytes(100_000), writtenAt: undefined },
  { subject: 'engine.a.image.2', payload: Buffer.alloc(0), writtenAt: undefined },
];

describe('a batch', () => {
  it('has its records as they were', () => {
    expect(decodeBatch(encodeBatch(records))).toEqual(records);
    expect(decodeBatch(encodeBatch([]))).toEqual([]);
  });

  it('of rows that are alike is an eighth of them at most', () => {
    const row = { id: 'x'.repeat(64), labels: { project: 'shop', service: 'web' }, image: 'registry.example.com/shop/web:1' };
    const rows = Array.from({ length: 100 }, (_, index) => ({
      subject: `engine.a.container.${index}`,
      payload: Buffer.from(JSON.stringify({ ...row, index })),
    }));
    const bytes = rows.reduce((sum, record) => sum + batchedBytes(record), 0);
    expect(encodeBatch(rows).length).toBeLessThan(bytes / 8);
  });

  it.each<[string, Uint8Array]>([
    ['rubbish', Buffer.from('no batch at all')],
    ['one that was cut', encodeBatch(records).subarray(0, 60_000)],
    ['one of another length than it says', Buffer.concat([Buffer.from([9, 0, 0, 0]), encodeBatch(records).subarray(4)])],
    ['nothing', new Uint8Array()],
  ])('is not made of %s', (_, bytes) => {
    expect(() => decodeBatch(bytes)).toThrow(/./);
  });

  it('is told as its records, each with the sequence of its first writing, and then itself', () => {
    const entry = { subject: 'batch.a.1', sequence: 77, payload: encodeBatch(records) };
    const told = entriesOf(entry).map(({ subject, sequence, batch }) => [subject, sequence, batch]);
    expect(told).toEqual([
      ['engine.a.container.1', 1_785_849_938_493_938, 'batch.a.1'],
      ['engine.a.volume.=2ex', 77, 'batch.a.1'],
      ['engine.a.image.2', 77, 'batch.a.1'],
      ['batch.a.1', 77, undefined],
    ]);
    expect(entriesOf({ ...entry, payload: undefined })).toEqual([{ ...entry, payload: undefined }]);
  });
});
