import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labels, subjects } from '#contracts';
import { type Asker, identities, policyFile } from '../../access/policy.builders.ts';
import { idOf, TestFleet } from '../../gateway.builders.ts';
import { type ChangeOfFeed, FeedReader } from './feed-reader.builders.ts';

let fleet: TestFleet;
let [mixed, foreign] = ['', ''];
beforeEach(async () => {
  fleet = await TestFleet.open({ adminHosts: 'tcp://127.0.0.1:0', policy: policyFile() });
  [mixed, foreign] = [await fleet.node('node-1'), await fleet.node('node-2')];
  const ownedBy = (owner: string) => ({ labels: { [labels.owner]: owner, [labels.operation]: `op-${owner}` } });
  await fleet.container(mixed, idOf('a1'), 'mine', ownedBy('team-a'));
  await fleet.container(mixed, idOf('b1'), 'theirs', ownedBy('team-b'));
  await fleet.container(foreign, idOf('b2'), 'elsewhere', ownedBy('team-b'));
});
afterEach(() => fleet.close());

const bearer = (name: string) => ({ authorization: `Bearer ${name}` });
const get = (name: string, path: string) => fetch(`${fleet.adminUrl}${path}`, { headers: bearer(name) });
const feedOf = (name: Asker) => FeedReader.open(fleet, bearer(name));

describe('the dashboard under a policy', () => {
  it('shows its page to everybody, and nothing of the fleet to nobody', async () => {
    for (const path of ['/baleen/dashboard/feed', '/baleen/dashboard/containers'])
      expect((await fetch(fleet.adminUrl + path)).status, path).toBe(401);
    expect((await fetch(fleet.adminUrl)).status).not.toBe(401);
  });

  it.each<[Asker, boolean, boolean]>([
    ['root', true, true],
    ['ops', false, true],
    ['eyes', false, true],
    ['alice', false, true],
    ['anna', false, true],
  ])('says who %s is and what it may do, as the gateway decides when it is asked', async (name, mayAct, mayExplain) => {
    const feed = await feedOf(name);
    expect(await feed.next('welcome')).toMatchObject({ identity: { name, ...identities[name] }, mayAct, mayExplain });
    feed.close();
    await fleet.onScheduler('update-node', (request) => ({ ...request, version: 1, updatedAtMs: 2 }));
    const drain = { method: 'PUT', headers: { ...bearer(name), 'content-type': 'application/json' } };
    const body = JSON.stringify({ availability: 'drain' });
    const drained = await fetch(`${fleet.adminUrl}/baleen/nodes/node-1/availability`, { ...drain, body });
    expect(drained.status).toBe(mayAct ? 200 : 403);
    expect((await get(name, '/baleen/decisions/mine')).status).toBe(mayExplain ? 404 : 403);
  });

  it('tells a tenant of its own containers, of their engines, placements and events, and of no more', async () => {
    const feed = await feedOf('alice');
    const { engines, status } = await feed.next('whole');
    expect(engines).toMatchObject([{ name: 'node-1', containers: 1, running: 1 }]);
    expect([engines[0]?.monitor, status]).toEqual([undefined, undefined]);
    const { rows } = (await (await get('alice', '/baleen/dashboard/containers')).json()) as { rows: { name: string }[] };
    expect(rows.map(({ name }) => name)).toEqual(['mine']);

    const notice = { operation: 'op', image: 'i', strategy: 'spread', refusals: [], cause: 'create', atMs: 1, node: 'node-1' };
    for (const owner of [undefined, 'team-b', 'team-a'])
      fleet.bus.publish(subjects.decided(), Buffer.from(JSON.stringify({ ...notice, name: `of ${owner}`, owner })));
    const event = (owner: string) => ({
      Type: 'container',
      Action: 'start',
      Actor: { ID: `x${owner}`, Attributes: { name: `of ${owner}`, [labels.owner]: owner } },
      timeNano: 5e9,
    });
    for (const owner of ['', 'team-b', 'team-a'])
      fleet.bus.publish(subjects.event(mixed), Buffer.from(JSON.stringify(event(owner))));
    await fleet.container(foreign, idOf('a2'), 'another', { labels: { [labels.owner]: 'team-a' } });
    const told = { placements: [] as string[], events: [] as string[] };
    const changeWith = (holds: (change: ChangeOfFeed) => boolean) =>
      feed.change((change) => {
        told.placements.push(...change.placements.map(({ name }) => name));
        told.events.push(...change.events.map(({ subject }) => subject));
        return holds(change);
      });
    await changeWith(({ engines }) => engines.some(({ name }) => name === 'node-2'));
    const { points } = await changeWith(({ points }) => points.length > 0);
    expect(told).toEqual({ placements: ['of team-a'], events: ['of team-a'] });
    expect(points).toMatchObject([{ engines: 2, containers: 2, requestsPerSecond: 0 }]);
    feed.close();
  });
});
