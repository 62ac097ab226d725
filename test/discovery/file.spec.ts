import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestSource, read } from './conformance/reading.ts';
import { describeSource } from './conformance/source-conformance.ts';

/** Longer than any test: changes are seen by watching the file. */
const heartbeatMs = 600_000;

describeSource('file', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'baleen-discovery-file-'));
  const path = join(dir, 'fleet');
  let text = '';
  return {
    open: () => openTestSource(`file://${path}`, [], heartbeatMs),
    write: async (entries) => {
      text = entries.map((entry) => `${entry}\n`).join('');
      await writeFile(path, text);
    },
    badEntry: { entry: 'foo', error: /address foo: missing port in address/ },
    outage: { begin: () => rm(path), end: () => writeFile(path, text) },
    close: () => rm(dir, { recursive: true }),
  };
}, ['openRegistry']);

it('nodes: one list, ranges expanded, that never changes', async () => {
  const seen = read('10.0.0.[1:2]:2375,ssh://root@host', [], heartbeatMs);
  await seen.shows('10.0.0.1:2375', '10.0.0.2:2375', 'ssh://root@host');
  expect(seen.lists).toHaveLength(1);
  seen.stop();
});
