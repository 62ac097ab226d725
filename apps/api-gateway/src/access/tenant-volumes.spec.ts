import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { labels } from '#contracts';
import { answerOf, idOf, TestFleet } from '../gateway.builders.ts';
import { ownerOf } from './bypass-fleet.builders.ts';
import { policyFile } from './policy.builders.ts';

const image = idOf('ea');
const declared = { Config: { Volumes: { '/declared': {}, '/lent/': {} } } };
const owned = (Target: string, more: object = {}) => ({
  Type: 'volume',
  Target,
  VolumeOptions: { Labels: { 'com.docker.volume.anonymous': '', [labels.owner]: 'team-a' }, ...more },
});

describe('volumes without a name that a tenant’s container brings along', () => {
  let fleet: TestFleet;
  /** What the engines say of the image. */
  let said: string[];
  let bodies: { HostConfig?: { Mounts?: object[]; Binds?: string[] }; Volumes?: object }[];

  beforeEach(async () => {
    fleet = await TestFleet.open({ policy: policyFile() });
    onTestFinished(() => fleet.close());
    bodies = [];
    said = [JSON.stringify(declared), JSON.stringify(declared)];
    const engine = await fleet.node('node-1', { daemon: () => ({ body: said[0] ?? '' }) });
    const other = await fleet.node('node-2', { daemon: () => ({ body: said[1] ?? '' }) });
    for (const holder of [engine, other]) await fleet.image(holder, `sha256:${image}`, ['registry.test/team-a/app:latest']);
    const mounts = [{ type: 'volume', name: 'vol-a', source: '', destination: '/lent' }];
    await fleet.container(engine, idOf('aa'), 'mine', { ...ownerOf('team-a'), mounts });
    await fleet.volume(engine, 'vol-a', ownerOf('team-a'));
    await fleet.onEngine(engine, 'create', async ({ body }) => {
      bodies.push(JSON.parse(body) as (typeof bodies)[number]);
      const id = idOf(`c${bodies.length}`);
      return { answer: answerOf(201, { Id: id }), container: id, sequence: await fleet.container(engine, id, id) };
    });
    await fleet.grants(engine);
  });

  const mountsOf = async (token: string, body: object) => {
    const made = { Image: 'registry.test/team-a/app', ...body };
    const { status, text } = await fleet.askAs(token, 'POST', '/containers/create', JSON.stringify(made));
    expect(status, text).toBe(201);
    return bodies.at(-1)?.HostConfig?.Mounts;
  };

  it('bear its label, however they are asked for, and what its image declares, too', async () => {
    const named = { Type: 'volume', Source: 'vol-a', Target: '/named' };
    const nameless = { Type: 'volume', Target: '/e', VolumeOptions: { NoCopy: true } };
    const HostConfig = { Binds: ['/b', 'vol-a:/c'], Mounts: [named, nameless], Tmpfs: { '/t': '' } };
    const wanted = { Volumes: { '/a/': {}, '/t': {}, '/c': {} }, HostConfig };
    expect(await mountsOf('alice', wanted)).toEqual([
      named,
      owned('/e', { NoCopy: true }),
      owned('/b'),
      owned('/a'),
      owned('/declared'),
      owned('/lent'),
    ]);
    expect([bodies[0]?.HostConfig?.Binds, bodies[0]?.Volumes]).toEqual([['vol-a:/c'], wanted.Volumes]);
    expect(await mountsOf('alice', {})).toEqual([owned('/declared'), owned('/lent')]);
  });

  it('leave the place to those that another container lends', async () => {
    expect(await mountsOf('alice', { HostConfig: { VolumesFrom: ['mine'] } })).toEqual([owned('/declared')]);
  });

  it.each([
    [
      'one engine describes the image in no form',
      ['nonsense', JSON.stringify(declared)],
      [owned('/a'), owned('/declared'), owned('/lent')],
    ],
    ['no engine describes the image', ['nonsense', '[]'], [owned('/a')]],
  ])('are made all the same where %s', async (_, answers, mounts) => {
    said = answers;
    expect(await mountsOf('alice', { Volumes: { '/a': {} } })).toEqual(mounts);
  });

  it('are the engine’s to make for whoever is no tenant', async () => {
    expect(await mountsOf('root', { Volumes: { '/a': {} } })).toBeUndefined();
  });
});
