import { afterEach, expect, it } from 'vitest';
import { idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
afterEach(() => fleet.close());

it('adds the node and makes published ports reachable, in the daemon’s own bytes', async () => {
  fleet = await TestFleet.open();
  const body =
    '{"Id":"x","Big":12345678901234567890,"NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],"90/tcp":null}},"New":1}';
  const engine = await fleet.node('node-1', {
    daemon: ({ path }) => (path === `/containers/${idOf('a1')}/json` ? { body } : undefined),
  });
  await fleet.container(engine, idOf('a1'), 'v1');
  const { text, json } = await fleet.ask('GET', '/v1.51/containers/v1/json');
  expect(text).toContain('"Big":12345678901234567890');
  expect(json()).toMatchObject({
    New: 1,
    NetworkSettings: { Ports: { '80/tcp': [{ HostIp: '10.0.0.1', HostPort: '8080' }], '90/tcp': null } },
    Node: { ID: 'ID-node-1', Name: 'node-1', IP: '10.0.0.1', Cpus: 2, Labels: { zone: 'a' } },
  });
});
