import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRegistry, parseDiscovery } from '#discovery-sources';
import { systemClock } from '#service-shell';
import { read } from './conformance/reading.ts';
import { describeSource } from './conformance/source-conformance.ts';
import { storeStage } from './conformance/store-stage.ts';
import type { TestStore } from './conformance/test-store.ts';
import { startEtcd } from './servers/etcd.ts';

describeSource('etcd', async () => storeStage(await startEtcd(), '/team'));

let store: TestStore;
beforeAll(async () => {
  store = await startEtcd();
});
afterAll(() => store.stop());

it('etcd: entries lie where classic kept them, below a prefix, or where kv.path says', async () => {
  await store.put('docker/swarm/nodes/a:1', 'a:1');
  await store.put('docker/swarm/nodesx/b:1', 'b:1');
  await store.put('team/docker/swarm/nodes/c:1', 'c:1');
  await store.put('team/mine/d:1', 'd:1');
  await store.put('team/mine/empty', '');
  const plain = read(store.argument(''), [], 60_000);
  const prefixed = read(store.argument('/team'), [], 60_000);
  const other = read(store.argument('/team'), ['kv.path=mine'], 60_000);
  await plain.shows('a:1');
  await prefixed.shows('c:1');
  await other.shows('d:1');
  expect([plain, prefixed, other].flatMap(({ errors }) => errors)).toEqual([]);
  for (const reading of [plain, prefixed, other]) reading.stop();
});

it('etcd: of several servers one that answers is enough', async () => {
  await store.put('several/docker/swarm/nodes/a:1', 'a:1');
  const reading = read(`etcd://127.0.0.1:1,${store.address}/several`, [], 60_000);
  await reading.shows('a:1');
  await store.put('several/docker/swarm/nodes/b:1', 'b:1');
  await reading.shows('a:1', 'b:1');
  expect(reading.errors).toEqual([]);
  reading.stop();
});

it('etcd: with TLS both sides show certificates; without the client’s, or without TLS, the reason is told', async () => {
  const secure = await startEtcd({ tls: true });
  const argument = secure.argument('');
  const reading = read(argument, secure.options, 60_000);
  await reading.shows();
  const agent = openRegistry(parseDiscovery(argument, secure.options), systemClock);
  await agent.register('a:1', 60_000);
  await reading.shows('a:1');
  const caOnly = read(argument, secure.options.slice(0, 1), 60_000);
  await caOnly.says(/etcd: https:.*(certificate|handshake|reset|closed)/i);
  const plain = read(argument, [], 60_000);
  await plain.says(/etcd/);
  expect([caOnly.lists, plain.lists]).toEqual([[], []]);
  for (const one of [reading, caOnly, plain]) one.stop();
  await agent.close();
  await secure.stop();
});
