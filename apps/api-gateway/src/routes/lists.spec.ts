import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idOf, TestFleet } from '../gateway.builders.ts';

let fleet: TestFleet;
let first: string;
let second: string;
beforeEach(async () => {
  fleet = await TestFleet.open();
  first = await fleet.node('node-1');
  second = await fleet.node('node-2', { ip: '10.0.0.2' });
});
afterEach(() => fleet.close());

describe('the list of containers', () => {
  it('shows node/name, a status of now and the engine’s address, and keeps what it does not know', async () => {
    const ports = [
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    ];
    await fleet.container(second, idOf('a1'), 'web', {}, { Ports: ports, NewField: { kept: true } });
    expect(await fleet.list('/v1.51/containers/json')).toEqual([
      {
        Id: idOf('a1'),
        Names: ['/node-2/web'],
        Image: 'busybox',
        Ports: [{ IP: '10.0.0.2', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' }],
        State: 'running',
        Status: 'Up 5 minutes',
        NewField: { kept: true },
      },
    ]);
  });

  it('shows stopped ones only on demand, newest first, cut by limit', async () => {
    await fleet.container(first, idOf('a1'), 'old', { createdAtMs: 1 });
    await fleet.container(second, idOf('a2'), 'gone', { createdAtMs: 2, state: 'exited', exitCode: 3, finishedAtMs: 5 });
    await fleet.container(first, idOf('a3'), 'new', { createdAtMs: 3 });
    const names = async (query: string) =>
      (await fleet.list(`/containers/json${query}`)).map((row) => (row['Names'] as string[])[0]);
    expect(await names('')).toEqual(['/node-1/new', '/node-1/old']);
    expect(await names('?all=1')).toEqual(['/node-1/new', '/node-2/gone', '/node-1/old']);
    expect(await names('?limit=2')).toEqual(['/node-1/new', '/node-2/gone']);
    expect(await names('?before=new')).toEqual(['/node-2/gone', '/node-1/old']);
    expect(await names('?filters={"status":["exited"]}')).toEqual(['/node-2/gone']);
    expect(await names('?all=1&filters={"exited":["3"]}')).toEqual(['/node-2/gone']);
    expect(await names('?filters={"name":{"^/old$":true}}')).toEqual(['/node-1/old']);
    expect(await names('?all=1&filters={"node":["node-2"]}')).toEqual(['/node-2/gone']);
    expect(await names('?all=1&filters={"since":["old"]}')).toEqual(['/node-1/new', '/node-2/gone']);
  });

  it('refuses a list query it does not know', async () => {
    const answer = await fleet.ask('GET', '/containers/json?filters={"colour":["red"]}');
    expect([answer.status, answer.json()]).toEqual([400, { message: "invalid filter 'colour'" }]);
  });

  it('shows Host Down for an engine that does not answer, and only with all', async () => {
    const third = await fleet.node('node-3', { state: 'unhealthy', reason: 'connection refused' });
    await fleet.container(third, idOf('c1'), 'lost');
    expect(await fleet.list('/containers/json')).toEqual([]);
    expect((await fleet.list('/containers/json?all=1')).map((row) => row['Status'])).toEqual(['Host Down']);
    const inspect = await fleet.ask('GET', '/containers/lost/json');
    expect([inspect.status, inspect.json()]).toEqual([
      503,
      { message: 'Container lost is on unhealthy node node-3: connection refused' },
    ]);
  });

  it('hides the containers of an engine that discovery no longer lists', async () => {
    await fleet.container(second, idOf('a1'), 'web');
    await fleet.log.delete(`member.${second}`);
    expect(await fleet.list('/containers/json')).toEqual([]);
  });

  it('shows a record at once, in a loop of reads after writes', async () => {
    for (let round = 1; round <= 50; round++) {
      await fleet.container(first, idOf(round.toString(16).padStart(4, 'a')), `c${round}`);
      expect(await fleet.list('/containers/json')).toHaveLength(round);
    }
  });
});

describe('images, networks and volumes', () => {
  it('shows an image of several engines once, with all its names', async () => {
    await fleet.image(first, 'sha256:1', ['busybox:latest']);
    await fleet.image(second, 'sha256:1', ['busybox:latest', 'mine:1']);
    await fleet.image(second, 'sha256:2', ['other:1'], 5);
    const rows = await fleet.list('/images/json');
    expect(rows.map((row) => row['RepoTags'])).toEqual([['other:1'], ['busybox:latest', 'mine:1']]);
    expect((await fleet.list('/images/json?filters={"reference":["mine*"]}')).map((row) => row['Id'])).toEqual(['sha256:1']);
  });

  it('shows predefined networks once, unique names plain and others with their node', async () => {
    await fleet.network(first, 'b1', 'bridge');
    await fleet.network(second, 'b2', 'bridge');
    await fleet.network(first, 'n1', 'app_default');
    await fleet.network(first, 'n2', 'twice');
    await fleet.network(second, 'n3', 'twice');
    expect((await fleet.list('/networks')).map((row) => row['Name']).sort()).toEqual([
      'app_default',
      'bridge',
      'node-1/twice',
      'node-2/twice',
    ]);
    expect((await fleet.list('/networks?filters={"id":["n1"]}')).map((row) => row['Name'])).toEqual(['app_default']);
    expect((await fleet.ask('GET', '/networks/twice')).status).toBe(400);
    expect((await fleet.ask('GET', '/networks/nowhere')).json()).toEqual({ message: 'network nowhere not found' });
  });

  it('lists volumes and tells which are in use', async () => {
    await fleet.volume(first, 'used');
    await fleet.volume(second, 'idle');
    await fleet.container(first, idOf('a1'), 'web', {
      mounts: [{ type: 'volume', name: 'used', source: '/s', destination: '/d' }],
    });
    expect((await fleet.ask('GET', '/volumes?filters={"dangling":["true"]}')).json()).toEqual({
      Volumes: [{ Name: 'idle', Driver: 'local' }],
      Warnings: null,
    });
    expect((await fleet.ask('GET', '/volumes/none')).json()).toEqual({ message: 'get none: no such volume' });
  });
});
