import { afterAll, beforeAll, expect, it } from 'vitest';
import { read } from './conformance/reading.ts';
import { describeSource } from './conformance/source-conformance.ts';
import { storeStage } from './conformance/store-stage.ts';
import type { TestStore } from './conformance/test-store.ts';
import { startZookeeper } from './servers/zookeeper.ts';

let store: TestStore;
beforeAll(async () => {
  store = await startZookeeper();
});
afterAll(() => store.stop());

describeSource('zk', async () => ({ ...storeStage(store, '/team'), close: async () => undefined }));

it('zk: of several servers one that answers is enough, and a folder that is not there yet is waited for', async () => {
  const reading = read(`zk://127.0.0.1:1,${store.address}/several`, [], 600_000);
  await reading.shows();
  await store.put('several/docker/swarm/nodes/a:1', 'a:1');
  await reading.shows('a:1');
  expect(reading.lists).toEqual([[], ['a:1']]);
  reading.stop();
});
