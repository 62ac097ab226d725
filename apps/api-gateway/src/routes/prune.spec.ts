import { afterEach, describe, expect, it } from 'vitest';
import type { EngineAnswer } from '#contracts';
import { answerOf, TestFleet } from '../gateway.builders.ts';

let fleet: TestFleet;
/** Prunes as the engines got them: `old-1 1.41 /volumes/prune`. */
let calls: string[];
afterEach(() => fleet.close());

/** A fleet whose engines speak these versions and answer a prune like this. */
async function fleetOf(...engines: (readonly [name: string, apiVersion: string, answer: EngineAnswer])[]): Promise<void> {
  calls = [];
  fleet = await TestFleet.open({ apiVersion: 'newest' });
  for (const [name, apiVersion, answer] of engines) {
    const key = await fleet.node(name, { apiVersion });
    await fleet.onEngine(key, 'call', ({ apiVersion: asked, path }) => {
      calls.push(`${name} ${asked} ${path}`);
      return { answer, sequence: 1 };
    });
  }
}

const pruned = async (path: string) => {
  const answer = await fleet.ask('POST', path);
  return [answer.status, answer.json()];
};

describe('a prune of volumes, of a client that means anonymous ones only', () => {
  const deleted = answerOf(200, { VolumesDeleted: ['data'], SpaceReclaimed: 1 });

  it.each(['', '?filters={"all":["true"]}'])(
    'is refused before anything is sent where an engine would delete named ones: %s',
    async (query) => {
      await fleetOf(['new-1', '1.51', deleted], ['old-1', '1.41', deleted]);
      const message =
        'a prune of volumes keeps named ones since API version 1.42, but node old-1 speaks 1.41 and would delete them: upgrade that engine, or ask with API version 1.41 (DOCKER_API_VERSION=1.41) to delete all unused volumes, named ones too';
      for (const version of ['', '/v1.42', '/v1.51'])
        expect(await pruned(`${version}/volumes/prune${query}`)).toEqual([400, { message }]);
      expect(calls).toEqual([]);
    },
  );

  it('is done where all engines understand it', async () => {
    await fleetOf(['new-1', '1.51', deleted], ['new-2', '1.42', deleted]);
    expect(await pruned('/v1.51/volumes/prune')).toMatchObject([200, { SpaceReclaimed: 2 }]);
  });

  it('is done in the older meaning for a client of the older version', async () => {
    await fleetOf(['new-1', '1.51', deleted], ['old-1', '1.41', deleted]);
    expect(await pruned('/v1.41/volumes/prune')).toMatchObject([200, { SpaceReclaimed: 2 }]);
    expect(calls.sort()).toEqual(['new-1 1.41 /volumes/prune', 'old-1 1.41 /volumes/prune']);
  });

  it.each([
    ['{"all":["true"],"label":["a"]}', '{"label":["a"]}'],
    ['{"all":{"true":true}}', '{}'],
    ['{"all":["false"]}', '{"all":["false"]}'],
    ['{"label":["all"]}', '{"label":["all"]}'],
  ])('says `all` only to engines that know the word: %s', async (asked, understood) => {
    await fleetOf(['new-1', '1.51', deleted], ['old-1', '1.41', deleted]);
    await pruned(`/v1.41/volumes/prune?filters=${encodeURIComponent(asked)}`);
    const heard = calls.sort().map((call) => decodeURIComponent(call));
    expect(heard).toEqual([`new-1 1.41 /volumes/prune?filters=${asked}`, `old-1 1.41 /volumes/prune?filters=${understood}`]);
  });

  it('is refused before anything is sent when its filters cannot be read for an older engine', async () => {
    await fleetOf(['new-1', '1.51', deleted], ['old-1', '1.41', deleted]);
    expect(await pruned('/v1.41/volumes/prune?filters={')).toMatchObject([
      400,
      { message: expect.stringContaining('invalid filters') },
    ]);
    expect(calls).toEqual([]);
  });
});

describe('a prune that fails on an engine', () => {
  const busy = answerOf(409, { message: 'a prune operation is already running' });
  const bad = answerOf(400, { message: "invalid filter 'x'" });

  it('tells what the others deleted', async () => {
    await fleetOf(['node-1', '1.51', busy], ['node-2', '1.51', answerOf(200, { ContainersDeleted: null, SpaceReclaimed: 2 })]);
    expect(await pruned('/containers/prune')).toEqual([200, { ContainersDeleted: null, SpaceReclaimed: 2 }]);
  });

  it('fails when it failed on all of them, each named where they differ', async () => {
    await fleetOf(['node-1', '1.51', busy], ['node-2', '1.51', bad]);
    const message = "node-1: a prune operation is already running\nnode-2: invalid filter 'x'";
    expect(await pruned('/networks/prune')).toEqual([409, { message }]);
  });

  it('says as one engine does what all say alike', async () => {
    await fleetOf(['node-1', '1.51', bad], ['node-2', '1.51', bad]);
    expect(await pruned('/images/prune')).toEqual([400, { message: "invalid filter 'x'" }]);
  });
});
