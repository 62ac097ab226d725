import type { Scenario, Session } from '../session.ts';

/** Networks, volumes, images and the system in requests. */
export const objectApi: [string, Scenario][] = [
  ['a network from create to remove', networks],
  ['a volume from create to remove', volumes],
  ['images: inspect, history, tag, remove, save', images],
  ['system: info, version, disk usage, events, auth', system],
  ['swarm mode, plugins and what else a plain engine refuses', refused],
];

const filters = (value: unknown) => encodeURIComponent(JSON.stringify(value));

async function networks(session: Session): Promise<void> {
  await session.ask('POST', '/networks/create', { body: { Name: 'n1', Labels: { a: 'b' }, CheckDuplicate: true } });
  await session.ask('POST', '/networks/create', { body: { Name: 'n1', CheckDuplicate: true } });
  await session.ask('GET', '/networks/n1');
  await session.ask('GET', '/networks/n1?verbose=1');
  await session.ask('GET', '/networks/n1?scope=swarm');
  await session.ask('GET', '/networks/n1?verbose=perhaps');
  await session.ask('GET', `/networks?filters=${filters({ name: ['n1'] })}`);
  await session.ask('GET', `/networks?filters=${filters({ label: ['a=b'] })}`);
  await session.ask('GET', `/networks?filters=${filters({ type: ['builtin'] })}`);
  await session.ask('GET', `/networks?filters=${filters({ type: ['custom'] })}`);
  await session.ask('GET', `/networks?filters=${filters({ dangling: ['true'] })}`);
  await session.ask('POST', '/containers/create?name=c1', {
    body: { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { NetworkMode: 'n1', Init: true } },
  });
  await session.ask('POST', '/containers/c1/start');
  await session.ask('GET', '/networks/n1');
  await session.ask('GET', `/networks?filters=${filters({ dangling: ['true'], name: ['n1'] })}`);
  await session.ask('DELETE', '/networks/n1');
  await session.ask('POST', '/networks/n1/connect', { body: { Container: 'c1' } });
  await session.ask('POST', '/networks/n1/connect', { body: { Container: 'nobody' } });
  await session.ask('POST', '/networks/nothing/connect', { body: { Container: 'c1' } });
  await session.ask('POST', '/networks/n1/connect', { body: {} });
  await session.ask('POST', '/networks/n1/connect');
  await session.ask('POST', '/networks/bridge/connect', { body: { Container: 'c1', EndpointConfig: { Aliases: ['x'] } } });
  await session.ask('POST', '/networks/bridge/connect', { body: { Container: 'c1' } });
  await session.ask('POST', '/networks/n1/disconnect', { body: { Container: 'c1' } });
  await session.ask('POST', '/networks/n1/disconnect', { body: { Container: 'c1' } });
  await session.ask('POST', '/networks/n1/disconnect', { body: { Container: 'nobody', Force: true } });
  await session.ask('POST', '/networks/nothing/disconnect', { body: { Container: 'c1' } });
  await session.quietly('DELETE', '/containers/c1?force=1');
  await session.ask('DELETE', '/networks/n1');
  await session.ask('DELETE', '/networks/n1');
  await session.ask('DELETE', '/networks/bridge');
  await session.ask('GET', '/networks/bridge');
  await session.ask('GET', '/networks/none');
  await session.ask('POST', '/networks/create', { body: { Name: 'bridge' } });
  await session.ask('POST', '/networks/create', { body: { Name: 'n2', Driver: 'nobody-has-it' } });
  await session.ask('POST', '/networks/create', { body: { Name: 'n2', IPAM: { Config: [{ Subnet: 'odd' }] } } });
  await session.ask('POST', '/networks/create', {
    body: { Name: 'n3', Driver: 'bridge', IPAM: { Config: [{ Subnet: '172.30.9.0/24' }] } },
  });
  await session.ask('GET', '/networks/n3');
  await session.ask('POST', `/networks/prune?filters=${filters({ label: ['none'] })}`);
  await session.ask('POST', '/networks/prune');
}

async function volumes(session: Session): Promise<void> {
  // Engines look for a driver's plugin for 15 s.
  await session.ask('POST', '/volumes/create', { body: { Name: 'v', Driver: 'nobody-has-it' } });
  await session.ask('POST', '/volumes/create', { body: { Name: 'v1', Labels: { a: 'b' } } });
  await session.ask('POST', '/volumes/create', { body: { Name: 'v1' } });
  await session.ask('GET', '/volumes/v1');
  await session.ask('GET', '/volumes');
  await session.ask('GET', `/volumes?filters=${filters({ name: ['v1'] })}`);
  await session.ask('GET', `/volumes?filters=${filters({ dangling: ['true'] })}`);
  await session.ask('GET', `/volumes?filters=${filters({ driver: ['local'], label: ['a=b'] })}`);
  await session.ask('POST', '/containers/create?name=c1', {
    body: { Image: 'busybox', HostConfig: { Binds: ['v1:/data', 'v2:/more'] } },
  });
  await session.ask('GET', '/volumes/v2');
  await session.ask('DELETE', '/volumes/v1');
  await session.ask('DELETE', '/volumes/v1?force=1');
  await session.ask('GET', `/volumes?filters=${filters({ dangling: ['0'] })}`);
  await session.ask('DELETE', '/containers/c1?v=1');
  await session.ask('DELETE', '/volumes/v1');
  await session.ask('DELETE', '/volumes/v1');
  await session.ask('DELETE', '/volumes/v1?force=1');
  await session.ask('GET', '/volumes/v1');
  await session.ask('PUT', '/volumes/v2?version=1', { body: {} });
  await session.ask('POST', `/volumes/prune?filters=${filters({ all: ['1'] })}`);
  await session.ask('POST', '/v1.41/volumes/prune');
  await session.quietly('DELETE', '/volumes/v2');
  const made = await session.ask('POST', '/volumes/create', { body: {} });
  await session.quietly('DELETE', `/volumes/${(JSON.parse(made.body.toString('utf8')) as { Name: string }).Name}`);
}

async function images(session: Session): Promise<void> {
  await session.ask('GET', '/images/json');
  await session.ask('GET', '/v1.41/images/json?all=1&digests=1');
  await session.ask('GET', `/images/json?filters=${filters({ reference: ['busy*'] })}`);
  await session.ask('GET', `/images/json?filters=${filters({ dangling: ['true'] })}`);
  await session.ask('GET', '/images/busybox/json');
  await session.ask('GET', '/v1.41/images/docker.io/library/busybox:latest/json');
  await session.ask('GET', '/images/busybox/history');
  for (const call of ['json', 'history']) await session.ask('GET', `/images/nothing/${call}`);
  await session.ask('GET', '/images/BAD/json');
  await session.ask('GET', '/images/nothing/get');
  await session.ask('GET', '/images/get?names=nothing');
  await session.ask('POST', '/images/busybox/tag?repo=renamed&tag=1');
  await session.ask('POST', '/images/busybox/tag?repo=BAD');
  await session.ask('POST', '/images/busybox/tag');
  await session.ask('POST', '/images/nothing/tag?repo=x');
  await session.ask('GET', '/images/renamed:1/json');
  await session.ask('DELETE', '/images/renamed:1');
  await session.ask('DELETE', '/images/renamed:1');
  await session.ask('DELETE', '/images/nothing');
  await session.ask('POST', '/images/nothing/push?tag=1', { headers: [['X-Registry-Auth', 'e30=']] });
  await session.ask('POST', '/images/create?fromImage=127.0.0.1:1/nothing&tag=1');
  await session.ask('POST', '/images/create?fromImage=BAD');
  await session.ask('POST', '/images/create');
  await session.ask('POST', '/images/load', { headers: [['Content-Type', 'application/x-tar']], body: 'no tar' });
  await session.ask('POST', `/images/prune?filters=${filters({ dangling: ['true'] })}`);
  await session.ask('POST', '/build/prune');
  await session.ask('POST', '/build', { headers: [['Content-Type', 'application/x-tar']], body: 'no tar' });
  await session.ask('POST', '/build/cancel?id=nothing');
  await session.ask('POST', '/build/cancel');
}

async function system(session: Session): Promise<void> {
  await session.ask('GET', '/info');
  await session.ask('GET', '/v1.41/info');
  await session.ask('GET', '/version');
  await session.ask('GET', '/v1.41/version');
  await session.ask('GET', '/v1.41/system/df');
  await session.ask('GET', '/system/df');
  await session.ask('GET', '/system/df?type=odd');
  await session.ask('POST', '/auth', { body: { username: 'u', password: 'p', serveraddress: '127.0.0.1:1' } });
  await session.ask('POST', '/auth');
  await session.ask('GET', '/distribution/127.0.0.1:1/nothing/json');
  const since = Date.now() / 1_000;
  await session.quietly('POST', '/containers/create?name=eventful', {
    body: { Image: 'busybox', Cmd: ['true'], Labels: { e: '1' } },
  });
  await session.quietly('POST', '/containers/eventful/start');
  await session.settled('eventful', 'exited');
  await session.quietly('DELETE', '/containers/eventful');
  const tags = ['1', '2'];
  for (const tag of tags) await session.quietly('POST', `/images/busybox/tag?repo=eventful&tag=${tag}`);
  await session.nextSecond();
  const until = Date.now() / 1_000;
  for (const query of [
    { container: ['eventful'], type: ['container'] },
    { label: ['e=1'] },
    { event: ['create', 'destroy'] },
    { type: ['network'] },
    { image: ['busybox'] },
    { event: ['tag'] },
  ])
    await session.ask('GET', `/v1.41/events?since=${since}&until=${until}&filters=${filters(query)}`);
  for (const tag of tags) await session.quietly('DELETE', `/images/eventful:${tag}`);
}

async function refused(session: Session): Promise<void> {
  for (const path of [
    '/swarm',
    '/swarm/unlockkey',
    '/services',
    '/services/x',
    '/services/x/logs',
    '/tasks',
    '/tasks/x',
    '/tasks/x/logs',
    '/secrets',
    '/secrets/x',
    '/configs',
    '/configs/x',
    '/nodes',
    '/nodes/nobody',
    '/plugins',
    '/plugins/nothing/json',
    '/plugins/privileges?remote=127.0.0.1:1/x',
  ])
    await session.ask('GET', path);
  for (const path of [
    '/swarm/leave',
    '/swarm/update?version=1',
    '/swarm/unlock',
    '/swarm/join',
    '/services/create',
    '/services/x/update?version=1',
    '/secrets/create',
    '/secrets/x/update?version=1',
    '/configs/create',
    '/nodes/nobody/update?version=1',
  ])
    await session.ask('POST', path, { body: {} });
  for (const path of ['/services/x', '/secrets/x', '/configs/x', '/nodes/nobody', '/plugins/nothing'])
    await session.ask('DELETE', path);
  for (const path of ['/plugins/nothing/enable', '/plugins/nothing/disable', '/plugins/nothing/push', '/plugins/nothing/set'])
    await session.ask('POST', path, { body: path.endsWith('set') ? [] : undefined });
  await session.ask('GET', '/containers/nobody/checkpoints');
  await session.ask('GET', '/debug/vars');
  await session.ask('GET', '/debug/pprof/cmdline');
  await session.ask('GET', '/images/busybox/attestations');
}
