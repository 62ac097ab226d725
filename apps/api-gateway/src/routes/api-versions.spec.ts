import { afterEach, describe, expect, it } from 'vitest';
import { BaleenError } from '#contracts';
import { answerOf, idOf, TestFleet } from '../gateway.builders.ts';

let fleet: TestFleet;
afterEach(() => fleet.close());

async function mixed(env: Record<string, string>): Promise<{ old: string; new: string }> {
  fleet = await TestFleet.open(env);
  const keys = { old: await fleet.node('old-1', { apiVersion: '1.41' }), new: await fleet.node('new-1') };
  await fleet.container(keys.old, idOf('a1'), 'on-old');
  await fleet.container(keys.new, idOf('b1'), 'on-new');
  await fleet.list('/containers/json');
  return keys;
}

async function advertised(): Promise<(string | null | undefined)[]> {
  const ping = await fleet.ask('GET', '/_ping');
  const version = (await fleet.ask('GET', '/version')).json();
  const refusal = (await fleet.ask('GET', '/v1.60/info')).json()['message'] as string;
  return [ping.headers.get('api-version'), version['ApiVersion'] as string, /[\d.]+$/.exec(refusal)?.[0]];
}

describe('a fleet of old and new engines', () => {
  it('announces the newest version common to all, alike everywhere', async () => {
    await mixed({});
    expect(await advertised()).toEqual(['1.41', '1.41', '1.41']);
  });

  it('announces the newest engine’s when told so', async () => {
    await mixed({ apiVersion: 'newest' });
    expect(await advertised()).toEqual(['1.51', '1.51', '1.51']);
  });

  it('does not count an engine below the floor, and says why it is not used', async () => {
    await mixed({ minEngineApi: '1.44' });
    expect(await advertised()).toEqual(['1.51', '1.51', '1.51']);
    const rows = (await fleet.ask('GET', '/info')).json()['SystemStatus'] as [string, string][];
    const own = rows.slice(rows.findIndex(([key]) => key === ' old-1'));
    expect(own.find(([key]) => key.endsWith('Status'))?.[1]).toBe('Pending');
    expect(own.find(([key]) => key.endsWith('Error'))?.[1]).toMatch(/^its API 1\.41 is older than the 1\.44 .*: upgrade/);
    const start = await fleet.ask('POST', '/containers/on-old/start');
    expect([start.status, start.json()['message']]).toEqual([503, expect.stringContaining('--min-engine-api')]);
  });
});

describe('a request that uses what came after an engine’s API', () => {
  it('is refused for an object on that engine, with the field, the versions and the remedy', async () => {
    const keys = await mixed({ apiVersion: 'newest' });
    const asked: string[] = [];
    for (const key of [keys.old, keys.new])
      await fleet.onEngine(key, 'call', ({ path }) => {
        asked.push(path);
        return { answer: answerOf(204), sequence: 0 };
      });
    const refused = await fleet.ask('POST', '/containers/on-old/stop?signal=INT&t=1');
    expect([refused.status, refused.json()]).toEqual([
      400,
      { message: '"signal" requires API version 1.42, but node old-1 speaks 1.41: leave it out, or upgrade that engine' },
    ]);
    expect((await fleet.ask('POST', '/containers/on-old/stop?t=1')).status).toBe(204);
    expect((await fleet.ask('POST', '/containers/on-new/stop?signal=INT')).status).toBe(204);
    expect((await fleet.ask('POST', '/v1.41/containers/on-old/stop?signal=INT')).status).toBe(204);
    expect(asked).toHaveLength(3);
  });

  it('goes to another engine where one has the object as well', async () => {
    fleet = await TestFleet.open({ apiVersion: 'newest' });
    const answers = (name: string) => ({ daemon: () => ({ body: JSON.stringify({ Id: name }) }) });
    const keys = [
      await fleet.node('a-old', { apiVersion: '1.41', ...answers('a-old') }),
      await fleet.node('b-new', answers('b-new')),
    ];
    for (const key of keys) await fleet.image(key, 'sha256:1', ['busybox:latest']);
    await fleet.list('/images/json');
    const inspect = async (query: string) => (await fleet.ask('GET', `/images/busybox/json${query}`)).json()['Id'];
    expect([await inspect(''), await inspect('?platform={"os":"linux"}')]).toEqual(['a-old', 'b-new']);
  });

  it('goes only to the engines that know it where all were meant, and nowhere when none does', async () => {
    fleet = await TestFleet.open({ apiVersion: 'newest' });
    const loaded: string[] = [];
    const daemon = (name: string) => () => (loaded.push(name), { body: '{"stream":"Loaded"}' });
    const load = () => fleet.ask('POST', `/images/load?platform=${encodeURIComponent('{"os":"linux"}')}`, 'tar');
    const old = await fleet.node('old-1', { apiVersion: '1.41', daemon: daemon('old-1') });
    const key = await fleet.node('new-1', { daemon: daemon('new-1') });
    await fleet.onEngine(key, 'refresh', async () => ({ sequence: await fleet.put('barrier.gateway-1', {}) }));
    let eligible = [old];
    const decision = { operation: 'o', name: '', image: '', strategy: 'spread', pass: 'soft', cause: 'create', atMs: 1 };
    await fleet.onScheduler('explain', () => ({
      ...decision,
      candidates: eligible.map((engine) => ({ engine, node: engine })),
    }));
    await fleet.list('/images/json');
    const refused = await load();
    expect([refused.status, refused.json()['message'], loaded]).toEqual([
      400,
      '"platform" requires API version 1.48, but node old-1 speaks 1.41: leave it out, or upgrade that engine',
      [],
    ]);
    eligible = [old, key];
    expect([(await load()).status, loaded]).toEqual([200, ['new-1']]);
  });

  it.each([
    ['containers', { Image: 'busybox', HostConfig: { Annotations: { a: 'b' } } }, '1.43', 'HostConfig.Annotations'],
    ['networks', { Name: 'n', EnableIPv4: false }, '1.48', 'EnableIPv4=false'],
    ['volumes', { Name: 'v', ClusterVolumeSpec: { Group: 'g' } }, '1.42', 'ClusterVolumeSpec'],
  ])('tells the scheduler what a create of %s needs', async (kind, body, minApiVersion, minApiVersionFor) => {
    await mixed({ apiVersion: 'newest' });
    const asked: unknown[] = [];
    await fleet.onScheduler('place', ({ request }) => {
      asked.push(request);
      throw new BaleenError('placement/no-engine', 'none for this test');
    });
    await fleet.ask('POST', `/${kind}/create`, JSON.stringify(body));
    expect(asked[0]).toMatchObject({ minApiVersion, minApiVersionFor });
  });
});
