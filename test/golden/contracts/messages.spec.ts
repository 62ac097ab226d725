import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BatchedRecord, decodeBatch, decodeObject, encodeBatch, encodeObject, SharedTexts } from '#contracts';
import { containerFacts } from '#testing';
import { goldenFiles, isWriting, minorAtWork } from './versions.ts';

/** Records that are not JSON, as an earlier version wrote them: base64 of the message. */
const Messages = z.object({ object: z.string(), batch: z.string() });

const shared = { labels: { 'com.docker.compose.project': 'shop' }, createdAtMs: 1_785_849_938_493 };
const container: BatchedRecord = {
  kind: 'container',
  epoch: 7,
  writtenAt: 1_785_849_938_493_938,
  facts: containerFacts('c'.repeat(64), {
    names: ['web', 'other/web'],
    labels: shared.labels,
    ports: [{ ip: '0.0.0.0', hostPort: 8_080, containerPort: 80, protocol: 'tcp' }],
    mounts: [{ type: 'volume', name: 'data', source: '', destination: '/data' }],
    networks: { shop: 'n1' },
    isUnread: true,
  }),
  summary: Buffer.from('{"Id":"c","Names":["/web"]}'),
};
const records: readonly BatchedRecord[] = [
  container,
  {
    kind: 'image',
    epoch: 7,
    facts: { ...shared, id: 'sha256:1', repoTags: ['app:1'], repoDigests: [], sizeBytes: 12 },
    summary: Buffer.from('{}'),
  },
  {
    kind: 'network',
    epoch: 8,
    facts: { ...shared, id: 'n1', name: 'shop', driver: 'bridge', scope: 'local' },
    summary: Buffer.from('{}'),
  },
  { kind: 'volume', epoch: 8, facts: { ...shared, name: 'data', driver: 'local', scope: 'local' }, summary: Buffer.from('{}') },
];
/** Of the batch in the log; in the files it is not said. */
const batchSequence = 1_785_849_938_493_999;
const { writtenAt: _, ...alone } = container;
const messages = { object: encodeObject(alone).toString('base64'), batch: encodeBatch(records).toString('base64') };

describe.each(goldenFiles('messages'))('messages of $minor', ({ minor, url }) => {
  if (isWriting && minor === minorAtWork) writeFileSync(url, `${JSON.stringify(messages, null, 1)}\n`);
  const { object, batch } = Messages.parse(JSON.parse(readFileSync(url, 'utf8')));

  it('of one object are read', () => {
    expect(decodeObject('container', Buffer.from(object, 'base64'))).toEqual(alone);
  });

  it('of many are read', () => {
    const found = decodeBatch({ payload: Buffer.from(batch, 'base64'), sequence: batchSequence }, new SharedTexts(), (error) => {
      throw error;
    });
    const read = found.map(({ entry, stamp: { epoch, sequence }, ...said }) => ({
      ...said,
      epoch,
      ...(sequence !== batchSequence && { writtenAt: sequence }),
      summary: entry.bytes,
    }));
    expect(read).toEqual(records);
  });
});
