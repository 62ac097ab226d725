import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { policyFile } from '../../access/policy.builders.ts';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
/** What owners were asked to change, by node. */
let changed: string[];

beforeEach(async () => {
  changed = [];
  fleet = await TestFleet.open();
});
afterEach(() => fleet.close());

const digits = idOf('aaaabbbbcccc');
const short = digits.slice(0, 12);
const conflict = answerOf(409, { message: 'conflict: unable to delete (cannot be forced) - image has dependent child images' });

/** A node whose engine has these images and lists none of them, as those between the steps of a classic build. */
async function node(name: string, ...ids: string[]): Promise<void> {
  const tells = ids.map((id) => ({ id, told: JSON.stringify({ Id: `sha256:${id}`, Created: '2026-01-01T00:00:00Z' }) }));
  const engine = await fleet.node(name, {
    daemon: ({ path }) => {
      if (path.startsWith('/images/get')) return { body: 'tar' };
      const [, asked = '', action] = /^\/images\/(?:sha256:)?(\w+)\/(\w+)$/.exec(path) ?? [];
      const body = tells.find(({ id }) => id.startsWith(asked))?.told;
      if (body === undefined) return { status: 404, body: '{"message":"No such image"}' };
      return { body: action === 'history' ? '[]' : body };
    },
  });
  await fleet.onEngine(engine, 'call', async ({ method, path }) => {
    changed.push(`${name} ${method} ${path}`);
    return { answer: method === 'DELETE' ? conflict : answerOf(201), sequence: await fleet.put('barrier.gateway-1', {}) };
  });
}

const statusOf = async (method: string, path: string) => (await fleet.ask(method, path)).status;

describe('an image that engines have and do not list', () => {
  beforeEach(async () => {
    await node('node-1');
    await fleet.deadNode('node-2');
    await node('node-3', digits);
  });

  it.each([`sha256:${digits}`, digits, short])('is inspected and saved by its ID: %s', async (id) => {
    const inspected = await fleet.ask('GET', `/images/${id}/json`);
    expect([inspected.status, inspected.json()]).toMatchObject([200, { Id: `sha256:${digits}` }]);
    expect(await statusOf('GET', `/images/${id}/history`)).toBe(200);
    expect((await fleet.ask('GET', `/images/get?names=${id}`)).text).toBe('tar');
  });

  it('is tagged and removed where it is', async () => {
    expect(await statusOf('POST', `/images/${short}/tag?repo=mine`)).toBe(201);
    const removal = await fleet.ask('DELETE', `/images/${short}`);
    expect([removal.status, removal.json()]).toEqual([409, JSON.parse(conflict.body)]);
    expect(changed).toEqual([`node-3 POST /images/sha256:${digits}/tag?repo=mine`, `node-3 DELETE /images/${short}`]);
  });

  it('is none in the daemon’s words where no engine has it', async () => {
    const { status, json } = await fleet.ask('GET', `/images/${idOf('ee')}/json`);
    expect([status, json()]).toEqual([404, { message: `No such image: sha256:${idOf('ee')}` }]);
  });

  it.each(['busybox', 'registry.test/aaaabbbbcccc', 'aaaabbbbcccc:latest', digits.slice(0, 11), `${digits}0`])(
    'is asked for under no name: %s',
    async (name) => {
      expect(await statusOf('GET', `/images/${name}/json`)).toBe(404);
      expect(fleet.asked).toEqual([]);
    },
  );
});

it('the beginning of an ID that fits different images on several engines means none of them', async () => {
  await node('node-1', `${short}1`.padEnd(64, '0'));
  await node('node-2', `${short}2`.padEnd(64, '0'));
  expect(await statusOf('GET', `/images/${short}/json`)).toBe(404);
});

it('an ID that the view knows costs no questions', async () => {
  const engine = await fleet.node('node-1', { daemon: () => ({ body: '{}' }) });
  await fleet.image(engine, `sha256:${digits}`, ['busybox:latest']);
  await node('node-2', digits);
  expect(await statusOf('GET', `/images/${short}/json`)).toBe(200);
  expect(fleet.asked).toEqual([`GET /images/sha256:${digits}/json`]);
});

it('more engines than are asked at a time are all asked', async () => {
  const engines = 70;
  for (let i = 0; i < engines; i++) await node(`node-${i}`);
  expect(await statusOf('GET', `/images/${digits}/json`)).toBe(404);
  expect(fleet.asked).toHaveLength(engines);
});

it('a tenant has no image that its view does not have', async () => {
  await fleet.close();
  fleet = await TestFleet.open({ policy: policyFile() });
  await node('node-1', digits);
  const asked = async (who: string, method: string, path: string) => (await fleet.askAs(who, method, path)).status;
  expect(await asked('alice', 'GET', `/images/${digits}/json`)).toBe(404);
  expect(await asked('alice', 'GET', `/images/get?names=${digits}`)).toBe(404);
  expect(await asked('alice', 'DELETE', `/images/${digits}`)).toBe(404);
  expect(fleet.asked).toEqual([]);
  expect(await asked('root', 'GET', `/images/${digits}/json`)).toBe(200);
});
