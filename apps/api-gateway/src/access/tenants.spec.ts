import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { labels } from '#contracts';
import type { TestFleet } from '../gateway.builders.ts';
import { policyFile, policyText } from './policy.builders.ts';
import { createAs, openTenantFleet, own, type TenantFleet } from './tenant-fleet.builders.ts';

let fleet: TestFleet;
let bed: TenantFleet;

async function open(tenants: Record<string, object> = {}, isQuotaHeld = true) {
  bed = await openTenantFleet(policyFile(policyText(tenants)), isQuotaHeld);
  ({ fleet } = bed);
}
beforeEach(() => open());
afterEach(() => fleet.close());

const create = (body: object | string, token = 'alice') => createAs(bed, token, body);

describe('a tenant', () => {
  it('sees its own objects in every list and count', async () => {
    const names = async (path: string, key: string) => {
      const answer = (await fleet.askAs('alice', 'GET', path)).json();
      const rows = ('Volumes' in answer ? answer['Volumes'] : answer) as Record<string, unknown>[];
      return rows.flatMap((row) => row[key]);
    };
    expect(await names('/containers/json?all=1', 'Names')).toEqual(['/node-1/mine']);
    expect(await names('/networks', 'Name')).toEqual(['bridge', 'net-a']);
    expect(await names('/volumes', 'Name')).toEqual(['vol-a']);
    expect(await names('/images/json', 'RepoTags')).toEqual(['registry.test/team-a/app:latest']);
    expect((await fleet.askAs('alice', 'GET', '/info')).json()).toMatchObject({
      Containers: 1,
      Images: 1,
      SystemStatus: [],
      Warnings: null,
    });
    expect((await fleet.askAs('root', 'GET', '/info')).json()).toMatchObject({ Containers: 3, Images: 2 });
  });

  it('reaches engines with the whole ID where a short one could be another’s name', async () => {
    await fleet.askAs('alice', 'POST', '/containers/aa/stop');
    await fleet.askAs('alice', 'GET', '/containers/mine/logs?stdout=1');
    expect(bed.commands).toEqual([`POST /containers/${own}/stop`]);
    expect(fleet.asked).toContain(`GET /containers/${own}/logs?stdout=1`);
  });

  it('is refused a form, which engines would read before the query', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status } = await fleet.askAs('alice', 'POST', '/commit?container=mine', '{"a":"&container=theirs&b="}', headers);
    expect([status, bed.commands]).toEqual([400, []]);
  });

  it('prunes its own, whatever filters it gives', async () => {
    const filters = encodeURIComponent('{"label":["a=b"]}');
    await fleet.askAs('alice', 'POST', `/volumes/prune?filters=${filters}&filters=%7B%7D`);
    const [command = ''] = bed.commands;
    const sent = new URLSearchParams(command.slice(command.indexOf('?')));
    expect(sent.getAll('filters').map((text) => JSON.parse(text) as unknown)).toEqual([
      { label: ['a=b', `${labels.owner}=team-a`] },
    ]);
  });

  it('cannot have a name that another’s object holds, and is not told whose it is', async () => {
    const volume = await fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"vol-b"}');
    const network = await fleet.askAs('alice', 'POST', '/networks/create', '{"Name":"net-b"}');
    expect([volume.status, network.status, bed.commands]).toEqual([409, 409, []]);
    expect(volume.text + network.text).not.toContain('team-b');
  });

  it('is granted what the scheduler finds to be within its quotas, which everything it is asked for has with it', async () => {
    await fleet.close();
    await open({ 'team-a': { quotas: { containers: 2, memoryBytes: 1_000, publishedPorts: 1, volumes: 1 } } });
    const sized = (Memory: number, HostConfig = {}) => create({ Image: 'busybox', HostConfig: { Memory, ...HostConfig } });
    expect((await create({ Image: 'busybox' })).text).toContain('say how much');
    expect((await sized(1, { PublishAllPorts: true })).status).toBe(403);
    await sized(1);
    await fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"v2"}');
    await fleet.askAs('alice', 'POST', '/networks/create', '{"Name":"n2"}');
    await fleet.askAs('alice', 'POST', '/containers/mine/update', '{"Memory":1}');
    await fleet.askAs('root', 'POST', '/containers/create', '{"Image":"busybox"}');
    const own = { owner: 'team-a', containers: 2, memoryBytes: 1_000, publishedPorts: 1, volumes: 1 };
    expect(bed.quotas).toEqual([own, own, own, own, undefined]);
  });

  it('is granted nothing by a scheduler that does not hold its quota', async () => {
    await fleet.close();
    await open({}, false);
    const answers = [await create({ Image: 'busybox' }), await fleet.askAs('alice', 'POST', '/volumes/create', '{"Name":"v2"}')];
    expect(answers.map(({ status, json }) => [status, json()['message']])).toEqual(
      [1, 2].map(() => [503, expect.stringContaining('update the schedulers')]),
    );
    expect([bed.bodies, bed.commands]).toEqual([[], []]);
  });

  it('reads of a network that all have only its own containers', async () => {
    expect((await fleet.askAs('alice', 'GET', '/networks/bridge')).json()['Containers']).toEqual({ [own]: {} });
  });
});

describe('without a tenant', () => {
  it('a container made of a tenant’s image does not become the tenant’s', async () => {
    expect((await create({ Image: 'busybox' }, 'root')).status).toBe(201);
    expect(bed.bodies[0]).toMatchObject({ Labels: { [labels.owner]: '' } });
    expect((await create({ Image: 'busybox', Labels: { [labels.owner]: 'team-a' } }, 'ops')).status).toBe(403);
  });

  it('bodies must be plain all the same', async () => {
    expect((await create('{"Image":"a","image":"b"}', 'root')).status).toBe(400);
  });
});
