import { afterEach, beforeEach, expect, it } from 'vitest';
import { nodeId } from '../../fleet-view/node-id.ts';
import { idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
beforeEach(async () => {
  fleet = await TestFleet.open();
});
afterEach(() => fleet.close());

it('answers a ping with the newest version that every engine speaks', async () => {
  await fleet.node('node-1', { apiVersion: '1.41' });
  await fleet.node('node-2');
  await fleet.list('/containers/json');
  const ping = await fleet.ask('GET', '/_ping');
  expect([ping.status, ping.text, ping.headers.get('api-version'), ping.headers.get('ostype')]).toEqual([
    200,
    'OK',
    '1.41',
    'linux',
  ]);
  expect((await fleet.ask('HEAD', '/_ping')).status).toBe(200);
  expect((await fleet.ask('GET', '/version')).json()).toMatchObject({ ApiVersion: '1.41', MinAPIVersion: '1.24' });
});

it('refuses a version outside the window in the engines’ words', async () => {
  await fleet.node('node-1', { apiVersion: '1.41' });
  await fleet.list('/containers/json');
  const answer = await fleet.ask('GET', '/v1.51/info');
  expect([answer.status, answer.json()]).toEqual([
    400,
    { message: 'client version 1.51 is too new. Maximum supported API version is 1.41' },
  ]);
});

it('orders a terminal about nothing, whatever an engine calls itself and fails with', async () => {
  await fleet.node('node\u001b[2J', { state: 'unhealthy', reason: 'gone\u009b31m\nnode-2 healthy' });
  const { SystemStatus, Warnings } = (await fleet.ask('GET', '/info')).json();
  expect(SystemStatus).toContainEqual([' node\\u001b[2J', expect.any(String)]);
  expect(SystemStatus).toContainEqual(['  └ Error', 'gone\\u009b31m\\u000anode-2 healthy']);
  expect(Warnings).toEqual(['WARNING: node node\\u001b[2J is unhealthy: gone\\u009b31m\\u000anode-2 healthy']);
});

it('sums the fleet up and shows each node with its reason', async () => {
  const first = await fleet.node('node-1');
  await fleet.node('node-2', { state: 'unhealthy', reason: 'connection refused' });
  const resources = {
    memoryBytes: 20 * 1024 ** 2,
    memoryReservationBytes: 0,
    nanoCpus: 5e8,
    cpuShares: 0,
    cpusetCpus: '',
    devices: [],
  };
  await fleet.container(first, idOf('a1'), 'web', { resources });
  await fleet.container(first, idOf('a2'), 'gone', { state: 'exited' });
  const info = (await fleet.ask('GET', '/info')).json();
  expect(info).toMatchObject({
    Containers: 2,
    ContainersRunning: 1,
    ContainersStopped: 1,
    NCPU: 4,
    OSType: 'linux',
    Swarm: { LocalNodeState: 'inactive' },
  });
  const rows = info['SystemStatus'] as [string, string][];
  expect(rows.slice(0, 4)).toEqual([
    ['Role', 'primary'],
    ['Strategy', 'spread'],
    ['Filters', 'health, port, containerslots, dependency, affinity, constraint, whitelist'],
    ['Nodes', '2'],
  ]);
  expect(rows.slice(4, 11).map(([key, value]) => `${key}=${value}`.replace(/\d+\.0\.0\.1:\d+/, 'ADDR'))).toEqual([
    ' node-1=ADDR',
    '  └ ID=ID-node-1|ADDR',
    '  └ Status=Healthy',
    '  └ Containers=2 (1 Running, 0 Paused, 1 Stopped)',
    '  └ Reserved CPUs=0.5 / 2',
    '  └ Reserved Memory=20 MiB / 4.2 GiB',
    '  └ Labels=kernelversion=6.1, operatingsystem=Debian, ostype=linux, storagedriver=overlay2, zone=a',
  ]);
  expect(rows).toContainEqual(['  └ Status', 'Unhealthy']);
  expect(rows).toContainEqual(['  └ Error', 'connection refused']);
});

it('answers 404 to what nobody holds, so that `docker inspect` goes on to its next guess', async () => {
  await fleet.node('node-1');
  const steps = ['/containers/x/json', '/images/x/json', '/networks/x', '/volumes/x', '/plugins/x/json'];
  const answers = await Promise.all(steps.map((path) => fleet.ask('GET', path)));
  expect(answers.map((answer) => [answer.status, answer.json()['message']])).toEqual([
    [404, 'No such container: x'],
    [404, 'No such image: x:latest'],
    [404, 'network x not found'],
    [404, 'get x: no such volume'],
    [404, 'plugin "x" not found'],
  ]);
});

it('shows engines as nodes', async () => {
  const key = await fleet.node('node-1');
  expect((await fleet.list('/nodes'))[0]).toMatchObject({
    ID: nodeId(key),
    Spec: { Availability: 'active', Role: 'worker' },
    Description: { Hostname: 'node-1' },
    Status: { State: 'ready' },
  });
  expect((await fleet.ask('GET', '/nodes/node-1')).json()).toMatchObject({ ID: nodeId(key) });
});
