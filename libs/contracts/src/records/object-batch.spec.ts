import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { containerFacts } from '#testing';
import { type BatchedRecord, batchedBytes, batchMaxBytes, decodeBatch, encodeBatch } from './object-batch.ts';
import type { ContainerFacts } from './object-records.ts';
import { SharedTexts } from './shared-texts.ts';

const labels = { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web', ['__proto__']: 'kept' };
const container = (id: string): BatchedRecord => ({
  kind: 'container',
  epoch: 1_785_849_938_493_938,
  facts: containerFacts(id, {
    names: [`web-${id}`, `other/${id}`],
    labels: { ...labels, number: id },
    ports: [{ ip: '0.0.0.0', hostPort: 8_080, containerPort: 80, protocol: 'tcp' }],
    mounts: [{ type: 'volume', name: 'data', source: '', destination: '/data' }],
    networks: { shop_default: 'n1' },
    isUnread: true,
  }),
  summary: Buffer.from(
    JSON.stringify({ Id: id, Names: [`/web-${id}`], Image: 'registry.example.com/shop/web:1', Labels: labels }),
  ),
});
const shared = { labels: { a: 'b' }, createdAtMs: 5 };
const records: readonly BatchedRecord[] = [
  container('one'),
  { ...container('two'), epoch: 7, writtenAt: 1_785_849_938_493_937 },
  {
    kind: 'image',
    epoch: 7,
    facts: { ...shared, id: 'sha256:1', repoTags: ['app:1'], repoDigests: [], sizeBytes: 12 },
    summary: randomBytes(100_000),
  },
  {
    kind: 'network',
    epoch: 7,
    facts: { ...shared, id: 'n1', name: 'shop_default', driver: 'bridge', scope: 'local' },
    summary: Buffer.from('{}'),
  },
  { kind: 'volume', epoch: 7, facts: { ...shared, name: 'data', driver: 'local', scope: 'local' }, summary: Buffer.alloc(0) },
];

/** Of the batch in the log. */
const sequence = 1_785_849_938_493_999;
const neverBroken = (error: unknown) => {
  throw error;
};
const read = (payload: Uint8Array, onBroken: (error: unknown) => void = neverBroken) =>
  decodeBatch({ payload, sequence }, new SharedTexts(), onBroken).map(({ entry, stamp, ...rest }) => ({
    ...rest,
    epoch: stamp.epoch,
    ...(stamp.sequence !== sequence && { writtenAt: stamp.sequence }),
    summary: entry.bytes,
  }));

describe('a batch', () => {
  it.each(['Müller', 'größe=東京', '🐳'])('has texts beyond ASCII as they were: %s', (text) => {
    const facts = containerFacts('one', { labels: { text } });
    const payload = encodeBatch([{ kind: 'container', epoch: 7, facts, summary: Buffer.from('{}') }]);
    expect(read(payload)[0]?.facts).toEqual(facts);
  });

  it('has its records as they were, whatever becomes of the message', () => {
    const payload = encodeBatch(records);
    const decoded = decodeBatch({ payload, sequence }, new SharedTexts(), neverBroken);
    payload.fill(0);
    expect(decoded.map(({ entry }) => entry.bytes)).toEqual(records.map(({ summary }) => summary));
    expect(read(encodeBatch(records))).toEqual(records);
    expect(read(encodeBatch([]))).toEqual([]);
  });

  it('of rows that are alike is an eighth of them at most', () => {
    const alike = Array.from({ length: 100 }, (_, index) => container(String(index)));
    const bytes = alike.reduce((sum, record) => sum + batchedBytes(record), 0);
    expect(encodeBatch(alike).length).toBeLessThan(bytes / 8);
  });

  it('takes no more than is counted, of what no list entry says either and nothing packs', () => {
    const port = (hostPort: number) => ({
      ip: '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff',
      hostPort,
      containerPort: hostPort,
      protocol: 'sctp',
    });
    const wide = (index: number): BatchedRecord => {
      const ports = Array.from({ length: 500 }, (_, at) => port(10_000 + 500 * index + at));
      const exposedPorts = ports.map(({ hostPort }) => `${hostPort}/sctp`);
      return {
        ...container(String(index)),
        facts: containerFacts(String(index), { ports, exposedPorts }),
        summary: randomBytes(400),
      };
    };
    const all: BatchedRecord[] = [];
    for (let counted = 0, next = wide(0); (counted += batchedBytes(next)) <= batchMaxBytes; next = wide(all.length))
      all.push(next);
    expect(all.length).toBeGreaterThan(1);
    expect(encodeBatch(all).length).toBeLessThan(batchMaxBytes);
  });

  it('keeps a text once that many records say, in this batch and in others', () => {
    const texts = new SharedTexts();
    const [first, second] = [1, 2].map(() => decodeBatch({ payload: encodeBatch(records), sequence }, texts, neverBroken)[0]);
    expect(first?.facts).toEqual(second?.facts);
    const facts = first?.facts as ContainerFacts | undefined;
    expect(Object.isFrozen(facts?.ports)).toBe(true);
    expect((second?.facts as ContainerFacts | undefined)?.ports).toBe(facts?.ports);
  });

  it.each([0, 1, 2])('has a container with %d names', (count) => {
    const names = Array.from({ length: count }, (_, index) => `name-${index}`);
    const payload = encodeBatch([{ ...container('one'), facts: containerFacts('one', { names }) }]);
    expect(read(payload)[0]?.facts).toMatchObject({ names });
  });

  it('reads values right beyond what is kept of them', () => {
    const texts = new SharedTexts();
    const networksOf = (id: number) => ({ ['n'.repeat(100_000)]: String(id) });
    for (let id = 0; id < 12; id++) {
      const facts = containerFacts('one', { networks: networksOf(id) });
      const payload = encodeBatch([{ ...container('one'), facts }]);
      const [found] = decodeBatch({ payload, sequence }, texts, neverBroken);
      expect(found?.facts).toMatchObject({ networks: networksOf(id) });
    }
  });

  it('keeps a stamp once that records share', () => {
    const stamps = decodeBatch({ payload: encodeBatch(records), sequence }, new SharedTexts(), neverBroken).map(
      ({ stamp }) => stamp,
    );
    expect(stamps[4]).toBe(stamps[3]);
    expect(stamps[4]).toEqual({ epoch: 7, sequence });
  });

  const whole = encodeBatch(records);
  const withHeadLength = (length: number) => {
    const other = Buffer.from(whole);
    other.writeUInt32LE(length);
    return other;
  };
  it.each<[string, Uint8Array]>([
    ['rubbish', Buffer.from('no batch at all')],
    ['one that was cut', whole.subarray(0, 60_000)],
    ['one of another length than it says', withHeadLength(9)],
    ['one that says it is endless', withHeadLength(0xffff_ffff)],
    ['nothing', new Uint8Array()],
  ])('is not made of %s', (_, bytes) => {
    expect(() => read(bytes)).toThrow(/./);
  });

  it('whose list entries are rubbish has its facts all the same', () => {
    const broken: unknown[] = [];
    const payload = encodeBatch(records);
    payload.fill(0xff, payload.length - 100_050);
    const found = read(payload, (error) => broken.push(error));
    expect(found.map(({ facts }) => facts)).toEqual(records.map(({ facts }) => facts));
    expect(found.at(2)?.summary.toString()).toBe('{}');
    expect(broken.length).toBeGreaterThan(0);
  });
});
