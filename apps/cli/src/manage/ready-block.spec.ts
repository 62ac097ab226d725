import { expect, it } from 'vitest';
import { readDiscovery } from '../flags/discovery-flags.ts';
import { waysToAddEngines } from './adding-engines.ts';
import { readyLines } from './ready-block.ts';

it('a fleet that is ready says where docker, the dashboard and the next engine go, in a few aligned lines', () => {
  const lines = readyLines({
    dockerHosts: ['tcp://127.0.0.1:2375', 'tcp://127.0.0.1:2376'],
    tlsVariables: ' DOCKER_TLS_VERIFY=1',
    dashboards: ['https://127.0.0.1:2380/'],
    adding: ['a line in /etc/fleet, which is watched'],
  });
  expect(lines).toEqual([
    'ready',
    '  docker          export DOCKER_HOST=tcp://127.0.0.1:2375 DOCKER_TLS_VERIFY=1',
    '                  export DOCKER_HOST=tcp://127.0.0.1:2376 DOCKER_TLS_VERIFY=1',
    '  dashboard       https://127.0.0.1:2380/',
    '  one more engine a line in /etc/fleet, which is watched',
  ]);
});

it.each([
  ['127.0.0.1:2375', undefined, false, ['name it in the discovery argument, and start again']],
  [
    'file:///etc/fleet',
    '/n',
    false,
    ['a line in /etc/fleet, which is watched', expect.stringContaining('--nats-dir /n > engine.token')],
  ],
  ['etcd://10.0.0.2/fleet', undefined, true, ['baleen join --advertise ITS-IP:2375 etcd://10.0.0.2/fleet']],
  ['dns://engines.lan:2375', undefined, false, ['a record of engines.lan:2375']],
  ['nats://', '/n', false, [expect.stringMatching(/^baleen join-token --nats-dir \/n > .*: baleen join --token engine.token$/)]],
  ['nats://', undefined, true, [expect.stringContaining('baleen join-token --keys DIR')]],
  ['nats://', undefined, false, [expect.stringContaining('start with --nats-listen HOST:4222 --nats-dir DIR')]],
])('engines of %s (agents at %s, a NATS of its own: %s) get in by %j', (discovery, agentsNatsDir, isOwnNats, ways) => {
  expect(waysToAddEngines({ discovery: readDiscovery(discovery, []), agentsNatsDir, isOwnNats })).toEqual(ways);
});
