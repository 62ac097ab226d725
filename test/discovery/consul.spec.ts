import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRegistry, parseDiscovery } from '#discovery-sources';
import { systemClock } from '#service-shell';
import { read } from './conformance/reading.ts';
import { describeSource } from './conformance/source-conformance.ts';
import { storeStage } from './conformance/store-stage.ts';
import type { TestStore } from './conformance/test-store.ts';
import { startConsul } from './servers/consul.ts';

describeSource('consul', async () => storeStage(await startConsul(), '/team'));

let secure: TestStore;
beforeAll(async () => {
  secure = await startConsul({ tls: true });
});
afterAll(() => secure.stop());

it('consul: entries lie where classic kept them, or where kv.path says; TLS shows certificates on both sides', async () => {
  await secure.put('docker/swarm/nodes/a:1', 'a:1');
  await secure.put('mine/b:1', 'b:1');
  const classic = read(secure.argument(''), secure.options, 60_000);
  const other = read(secure.argument(''), [...secure.options, 'kv.path=mine'], 60_000);
  await classic.shows('a:1');
  await other.shows('b:1');
  const agent = openRegistry(parseDiscovery(secure.argument(''), secure.options), systemClock);
  await agent.register('c:1', 60_000);
  await classic.shows('a:1', 'c:1');
  const caOnly = read(secure.argument(''), secure.options.slice(0, 1), 60_000);
  await caOnly.says(/consul: https:.*(certificate|handshake|reset|closed)/i);
  expect(caOnly.lists).toEqual([]);
  for (const reading of [classic, other, caOnly]) reading.stop();
  await agent.close();
});
