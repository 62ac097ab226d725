import { afterEach, beforeEach, expect, it } from 'vitest';
import { labels } from '#contracts';
import { policyFile } from '../../access/policy.builders.ts';
import { idOf, TestFleet } from '../../gateway.builders.ts';

const [mine, theirs, ownImage, shared] = ['aa', 'bb', 'ea', 'eb'].map(idOf) as [string, string, string, string];
const image = (id: string, Size: number) => ({ Id: `sha256:${id}`, Size, Containers: 2 });
const usage = {
  LayersSize: 900,
  Images: [image(ownImage, 10), image(shared, 20), image(idOf('ec'), 500)],
  Containers: [
    { Id: mine, ImageID: `sha256:${shared}`, SizeRw: 1 },
    { Id: theirs, ImageID: `sha256:${shared}`, SizeRw: 2 },
  ],
  Volumes: [{ Name: 'vol-a' }, { Name: 'vol-b' }],
  BuildCache: [{ ID: 'x', Description: 'RUN secret' }],
};

let fleet: TestFleet;
beforeEach(async () => {
  fleet = await TestFleet.open({ policy: policyFile() });
  const daemon = ({ path }: { path: string }) => (path.startsWith('/system/df') ? { body: JSON.stringify(usage) } : undefined);
  const engine = await fleet.node('node-1', { daemon });
  await fleet.node('node-2', { daemon });
  await fleet.container(engine, mine, 'mine', { labels: { [labels.owner]: 'team-a' } });
  await fleet.container(engine, theirs, 'theirs', { labels: { [labels.owner]: 'team-b' } });
  await fleet.image(engine, `sha256:${ownImage}`, ['registry.test/team-a/app:1']);
  await fleet.image(engine, `sha256:${shared}`, ['busybox:latest']);
  await fleet.image(engine, `sha256:${idOf('ec')}`, ['registry.test/team-b/app:1']);
  await fleet.volume(engine, 'vol-a', { labels: { [labels.owner]: 'team-a' } });
  await fleet.volume(engine, 'vol-b', { labels: { [labels.owner]: 'team-b' } });
});
afterEach(() => fleet.close());

it('tells a tenant of its own containers, images and volumes, and asks engines alone that have some', async () => {
  expect((await fleet.askAs('alice', 'GET', '/system/df')).json()).toEqual({
    LayersSize: 30,
    Images: [
      { ...image(ownImage, 10), Containers: 0 },
      { ...image(shared, 20), Containers: 1 },
    ],
    Containers: [usage.Containers[0]],
    Volumes: [{ Name: 'vol-a' }],
    BuildCache: [],
  });
  expect(fleet.asked.filter((line) => line.startsWith('GET /system/df'))).toHaveLength(1);
});

it('tells who sees the whole fleet of everything', async () => {
  expect((await fleet.askAs('eyes', 'GET', '/system/df')).json()).toMatchObject({ LayersSize: 1_800, BuildCache: [{}, {}] });
});
