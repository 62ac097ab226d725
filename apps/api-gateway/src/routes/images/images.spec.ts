import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaleenError, subjects } from '#contracts';
import { engineIdentity, engineRecord } from '#testing';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import type { FleetImage } from '../../fleet-view/lookup/image-lookup.ts';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';
import { capableHolders } from './capable-holders.ts';
import { sameImages } from './meant-images.ts';

let fleet: TestFleet;
let asked: string[];

beforeEach(async () => {
  asked = [];
  fleet = await TestFleet.open();
});
afterEach(() => fleet.close());

/** A node with the image busybox:latest, whose deletion the engine answers like this. */
const holder = async (name: string, removal = answerOf(200, [{ Untagged: 'busybox:latest' }])) => {
  const engine = await fleet.node(name);
  await fleet.image(engine, 'sha256:1', ['busybox:latest']);
  await fleet.onEngine(
    engine,
    'call',
    ({ method, path }) => (asked.push(`${name} ${method} ${path}`), { answer: removal, sequence: 1 }),
  );
  return engine;
};
const conflict = answerOf(409, { message: 'conflict: unable to remove (must force)' });

describe('rmi', () => {
  it('removes nothing elsewhere when the engine with a container of the image refuses', async () => {
    await holder('node-1');
    const second = await holder('node-2', conflict);
    await fleet.container(second, idOf('c1'), 'web', { imageId: 'sha256:1' });
    const answer = await fleet.ask('DELETE', '/images/busybox');
    expect([answer.status, answer.json()]).toEqual([409, { message: 'conflict: unable to remove (must force)' }]);
    expect(asked).toEqual(['node-2 DELETE /images/busybox']);
  });

  it('tells what was removed anywhere once', async () => {
    await holder('node-1');
    await holder('node-2');
    const answer = await fleet.ask('DELETE', '/images/busybox?force=1');
    expect([answer.status, answer.json()]).toEqual([200, [{ Untagged: 'busybox:latest' }]]);
    expect(asked).toHaveLength(2);
  });
});

describe('a change of an image that not all of its engines make', () => {
  const gone = answerOf(404, { message: 'No such image: busybox:latest' });
  const lost = async (name: string) => {
    const engine = await fleet.node(name);
    await fleet.image(engine, 'sha256:1', ['busybox:latest']);
    const unreachable = new BaleenError('engine/unreachable', `node ${name} cannot be reached`);
    await fleet.onEngine(engine, 'call', () => Promise.reject(unreachable));
  };
  const changed = async (method: string, path: string) => (await fleet.ask(method, path)).status;

  it('is done when one has lost the image and another one was lost itself', async () => {
    await holder('node-1', gone);
    await lost('node-2');
    await holder('node-3');
    expect(await changed('DELETE', '/images/busybox')).toBe(200);
    expect(await changed('POST', '/images/busybox/tag?repo=mine')).toBe(200);
  });

  it('fails when one refuses', async () => {
    await holder('node-1');
    await lost('node-2');
    await holder('node-3', conflict);
    expect(await changed('DELETE', '/images/busybox')).toBe(409);
    expect(await changed('POST', '/images/busybox/tag?repo=mine')).toBe(409);
  });

  it('fails when it is made nowhere', async () => {
    await lost('node-1');
    expect(await changed('POST', '/images/busybox/tag?repo=mine')).toBe(503);
  });
});

describe('a pull for a create', () => {
  it.each([
    ['chosen', 1],
    ['all', 2],
  ])('goes to %s under baleen.pull', async (pull, engines) => {
    await fleet.close();
    fleet = await TestFleet.open({ clusterOpts: `baleen.pull=${pull}` });
    const daemon = ({ path }: { path: string }) => (asked.push(path), { body: '{"status":"Status: Downloaded"}' });
    const keys = [await fleet.node('node-1', { daemon }), await fleet.node('node-2', { daemon })];
    const [chosen = ''] = keys;
    for (const key of keys)
      await fleet.onEngine(key, 'refresh', async () => ({ sequence: await fleet.put('barrier.gateway-1', {}) }));
    await fleet.onScheduler('release', () => ({ released: true }));
    await fleet.onScheduler('place', ({ operation }) => ({ operation, engine: chosen, node: 'node-1', term: 7, devices: [] }));
    const missing = answerOf(404, { message: 'No such image: busybox:latest' });
    await fleet.onEngine(chosen, 'create', () => ({ answer: missing, sequence: 1 }));
    expect((await fleet.ask('POST', '/containers/create', '{"Image":"busybox"}')).status).toBe(404);
    const answer = await fleet.ask('POST', '/images/create?fromImage=busybox&tag=latest');
    expect(answer.text.match(/Downloaded/g)).toHaveLength(1);
    expect(asked).toHaveLength(engines);
  });
});

it.each([
  ['nobody', {}, []],
  ['no content', { 'x-registry-auth': '' }, ['x-registry-auth']],
  ['somebody', { 'x-registry-auth': 'e30=' }, ['x-registry-auth']],
])('a pull with credentials of %s passes on what came', async (_, sent: Record<string, string>, passed: string[]) => {
  const got: string[] = [];
  const daemon = ({ headers }: { headers: readonly string[] }) => {
    got.push(...headers.filter((name) => name === 'x-registry-auth'));
    return { body: '{}' };
  };
  const engine = await fleet.node('node-1', { daemon });
  await fleet.onEngine(engine, 'refresh', async () => ({ sequence: await fleet.put('barrier.gateway-1', {}) }));
  await fleet.askAs('', 'POST', '/images/create?fromImage=busybox&tag=latest', undefined, sent);
  expect(got).toEqual(passed);
});

describe('a parameter that an engine is too old for', () => {
  const engine = (key: string) => ({ name: key, key, identity: { apiVersion: key }, condition: { state: 'healthy' } });
  const view = { engine } as unknown as FleetView;
  const copies = ['1.41', '1.51'].map((key) => ({ engine: key })) as FleetImage[];
  const ask = (query: string, apiVersion: string, method: 'GET' | 'DELETE', some = copies) => {
    const operation = method === 'GET' ? 'GET /images/{}/json' : 'DELETE /images/{}';
    return capableHolders(view, { query: new URLSearchParams(query), apiVersion, method, operation }, some).map(
      ({ engine }) => engine,
    );
  };

  it('leads to a holder that knows it', () => expect(ask('platform=x', '1.51', 'GET')).toEqual(['1.51']));
  it('leads to the newest holder first where older ones would only tell less', () =>
    expect(ask('manifests=1', '1.51', 'GET')).toEqual(['1.51', '1.41']));
  it('means nothing in an older version of the API', () => expect(ask('platform=x', '1.41', 'GET')).toHaveLength(2));
  it('is refused where no holder knows it', () =>
    expect(() => ask('platform=x', '1.51', 'GET', copies.slice(0, 1))).toThrow('"platform" requires API version 1.49'));
  it('is refused for a removal where one holder does not: it would remove more', () =>
    expect(() => ask('platforms=x', '1.51', 'DELETE')).toThrow('"platforms" requires API version 1.50'));
});

describe('a save and a push', () => {
  it.each([
    ['GET', '/images/busybox/get'],
    ['POST', '/images/busybox/push'],
  ])('end when the engine falls silent midway: %s %s', async (method, path) => {
    const daemon = () => ({ body: 'begun', isEndless: true });
    const engine = await fleet.node('node-1', { daemon });
    await fleet.image(engine, 'sha256:1', ['busybox:latest']);
    const answer = await fetch(`http://127.0.0.1:${fleet.port}${path}`, { method });
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? '').toString()).toBe('begun');
    const identity = engineIdentity('node-1');
    await fleet.put(
      subjects.engineInfo(engine),
      engineRecord(engine, { state: 'unhealthy', reason: 'no answer', identity, updatedAtMs: Date.now() }),
    );
    await expect(reader?.read()).rejects.toThrow('terminated');
  });
});

it.each(['fromImage=busybox', 'fromSrc=-'])('a create of %s for what is no platform is refused as engines do', async (what) => {
  await fleet.node('node-1', { daemon: () => ({ body: '{}' }) });
  const { status, text } = await fleet.ask('POST', `/images/create?${what}&platform=odd/odd/odd/odd`);
  expect([status, text]).toEqual([400, expect.stringContaining('cannot parse platform specifier: invalid argument')]);
  expect(fleet.asked).toEqual([]);
});

describe('a push', () => {
  const pushed = async (body: string | undefined, headers: Record<string, string>, name = 'nosuch') => {
    const got: (string | undefined)[] = [];
    const reads: Promise<unknown>[] = [];
    const engine = await fleet.node('node-1', {
      daemon: ({ contentType, headers: names, readBody }) => {
        got.push(contentType, ...names.filter((field) => field === 'x-registry-auth'));
        reads.push(readBody().then((text) => got.push(text)));
        return { body: '{}' };
      },
    });
    await fleet.image(engine, 'sha256:1', ['busybox:latest']);
    const { status } = await fleet.askAs('', 'POST', `/v1.41/images/${name}/push`, body, headers);
    await Promise.all(reads);
    return [status, ...got];
  };

  it.each(['nosuch', 'busybox'])('of %s passes its body on, for credentials may be in it', async (name) =>
    expect(await pushed('{"username":"u"}', { 'content-type': 'application/json' }, name)).toEqual([
      200,
      'application/json',
      '{"username":"u"}',
    ]),
  );
  it('without a body has none at the engine', async () =>
    expect(await pushed(undefined, { 'x-registry-auth': 'e30=' })).toEqual([200, undefined, 'x-registry-auth', '']));
  it('with a body that is larger than credentials is refused', async () =>
    expect(await pushed('x'.repeat(65_537), {})).toEqual([413]));
});

describe('copies under one name', () => {
  const image = (engine: string, id: string, ...repoDigests: string[]) =>
    ({ engine, facts: { id, repoDigests } }) as unknown as FleetImage;

  it('are one image with one ID, or from one digest, however they hang together', () => {
    const copies = [image('a', '1'), image('b', '2', 'x@1'), image('c', '3', 'x@2'), image('d', '1', 'x@2'), image('e', '4')];
    expect(sameImages(copies).map((group) => group.map(({ engine }) => engine))).toEqual([['a', 'c', 'd'], ['b'], ['e']]);
  });
});
