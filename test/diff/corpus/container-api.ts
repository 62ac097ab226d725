import type { Scenario, Session } from '../session.ts';

/** A container's life in requests, with every answer of it looked at. */
export const containerApi: [string, Scenario][] = [
  ['a container from create to remove', life],
  ['calls on a container that is not there', nobody],
  ['names: taken, bad, odd but good, prefixes', names],
  ['containers lists', lists],
  ['attach, logs and wait', streams],
  ['exec', execs],
  ['archives, changes, export, commit', files],
];

const sleeper = { Image: 'busybox', Cmd: ['sleep', '600'], HostConfig: { Init: true } };
const upgrade = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'tcp'],
] as const;

async function remove(session: Session, ...containers: readonly string[]): Promise<void> {
  for (const container of containers) await session.quietly('DELETE', `/containers/${container}?force=1&v=1`);
}

async function life(session: Session): Promise<void> {
  await session.ask('POST', '/v1.41/containers/create?name=web', {
    body: { ...sleeper, Labels: { a: 'b' }, ExposedPorts: { '80/tcp': {} } },
  });
  await session.ask('GET', '/v1.41/containers/web/json');
  await session.ask('GET', '/containers/web/json?size=1');
  await session.ask('POST', '/containers/web/stop');
  await session.ask('POST', '/containers/web/pause');
  await session.ask('POST', '/containers/web/kill');
  await session.ask('GET', '/containers/web/top');
  await session.ask('GET', '/containers/web/stats?stream=0');
  await session.ask('POST', '/v1.41/containers/web/start');
  await session.ask('POST', '/v1.41/containers/web/start');
  await session.ask('GET', '/v1.41/containers/web/json');
  await session.ask('GET', '/containers/web/json');
  await session.ask('GET', '/containers/web/top?ps_args=-o,comm');
  await session.ask('GET', '/containers/web/top?ps_args=odd');
  await session.ask('GET', '/containers/web/stats?stream=0&one-shot=1');
  await session.ask('POST', '/containers/web/resize?h=40&w=80');
  await session.ask('POST', '/containers/web/resize?h=x&w=80');
  await session.ask('POST', '/containers/web/resize');
  await session.ask('POST', '/containers/web/update', { body: { Memory: 67_108_864, MemorySwap: -1 } });
  await session.ask('POST', '/containers/web/update', { body: { RestartPolicy: { Name: 'odd' } } });
  await session.ask('POST', '/containers/web/update', { body: {} });
  await session.ask('POST', '/containers/web/pause');
  await session.ask('POST', '/containers/web/pause');
  await session.ask('POST', '/containers/web/unpause');
  await session.ask('POST', '/containers/web/unpause');
  await session.ask('DELETE', '/containers/web');
  await session.ask('POST', '/containers/web/kill?signal=ODD');
  await session.ask('POST', '/containers/web/kill?signal=USR1');
  await session.ask('POST', '/containers/web/restart?t=0');
  await session.ask('POST', '/containers/web/restart?t=x');
  await session.ask('POST', '/containers/web/stop?t=0');
  await session.ask('POST', '/containers/web/stop?t=0');
  await session.ask('POST', '/containers/web/rename?name=web2');
  await session.ask('POST', '/containers/web2/rename?name=web2');
  await session.ask('POST', '/containers/web2/rename');
  await session.ask('POST', '/containers/web2/rename?name=-bad-');
  await session.ask('GET', '/containers/web/json');
  await session.ask('DELETE', '/containers/web2?v=1');
  await session.ask('DELETE', '/containers/web2?v=1');
}

async function nobody(session: Session): Promise<void> {
  for (const call of [
    'start',
    'stop',
    'restart',
    'kill',
    'pause',
    'unpause',
    'wait',
    'update',
    'rename?name=x',
    'resize?h=1&w=1',
    'attach?stream=1',
  ])
    await session.ask('POST', `/containers/nobody/${call}`, call === 'update' ? { body: {} } : {});
  await session.ask('POST', '/containers/nobody/attach?stream=1&stdout=1', { headers: upgrade });
  for (const call of [
    'json',
    'top',
    'logs?stdout=1',
    'logs',
    'changes',
    'export',
    'stats',
    'archive?path=/',
    'archive',
    'attach/ws',
  ])
    await session.ask('GET', `/containers/nobody/${call}`);
  await session.ask('HEAD', '/containers/nobody/archive?path=/');
  await session.ask('HEAD', '/containers/nobody/json');
  await session.ask('PUT', '/containers/nobody/archive?path=/', { headers: [['Content-Type', 'application/x-tar']], body: '' });
  await session.ask('DELETE', '/containers/nobody');
  await session.ask('DELETE', '/containers/nobody?link=1');
  await session.ask('POST', '/commit?container=nobody', { body: {} });
  await session.ask('POST', '/commit', { body: {} });
}

async function names(session: Session): Promise<void> {
  for (const name of ['con', 'v1', '1', 'json', 'create', 'a.b_c-d']) {
    await session.ask('POST', `/containers/create?name=${name}`, { body: sleeper });
    await session.ask('POST', `/containers/create?name=${name}`, { body: sleeper });
    await session.ask('GET', `/containers/${name}/json`);
    await session.ask('GET', `/containers/%2F${name}/json`);
    await session.ask('DELETE', `/containers/${name}`);
  }
  const { body } = await session.ask('POST', '/containers/create?name=prefixed', { body: sleeper });
  const id = (JSON.parse(body.toString('utf8')) as { Id: string }).Id;
  await session.ask('GET', `/containers/${id}/json`);
  await session.ask('GET', `/containers/${id.slice(0, 12)}/json`);
  await session.ask('DELETE', `/containers/${id.slice(0, 12)}`);
  const unnamed = await session.ask('POST', '/containers/create', { body: sleeper });
  await remove(session, (JSON.parse(unnamed.body.toString('utf8')) as { Id: string }).Id);
}

async function lists(session: Session): Promise<void> {
  for (const [name, label] of [
    ['l1', 'one'],
    ['l2', 'two'],
    ['l3', 'one'],
  ] as const) {
    await session.quietly('POST', `/containers/create?name=${name}`, { body: { ...sleeper, Labels: { set: label } } });
    await session.nextSecond();
  }
  await session.quietly('POST', '/containers/l2/start');
  for (const query of ['', 'all=1', 'all=true&limit=2', 'limit=1', 'all=1&size=1', 'all=1&before=l3', 'all=1&since=l1'])
    await session.ask('GET', `/v1.41/containers/json?${query}`);
  for (const filters of [
    { label: ['set=one'] },
    { label: { 'set=one': true } },
    { 'label!': ['set'] },
    { status: ['running'] },
    { status: ['created'] },
    { name: ['^/l2$'] },
    { name: ['l'] },
    { ancestor: ['busybox'] },
    { ancestor: ['busybox:latest'], status: ['running'] },
    { before: ['l3'] },
    { since: ['l1'] },
    { network: ['bridge'] },
    { 'is-task': ['false'] },
    { health: ['none'] },
    { exited: ['0'] },
  ])
    await session.ask('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`);
  await session.ask('GET', '/containers/json?all=1&filters=%7B%22name%22%3A%5B%22l+1%22%5D%7D');
  await remove(session, 'l1', 'l2', 'l3');
}

async function streams(session: Session): Promise<void> {
  const talker = { Image: 'busybox', Cmd: ['sh', '-c', 'echo out; sleep 0.2; echo err >&2; exit 3'] };
  await session.quietly('POST', '/containers/create?name=talker', { body: talker });
  await session.ask('GET', '/containers/talker/logs?stdout=1');
  await session.quietly('POST', '/containers/talker/start');
  await session.ask('POST', '/containers/talker/wait');
  await session.ask('POST', '/containers/talker/wait?condition=not-running');
  await session.ask('POST', '/v1.41/containers/talker/wait?condition=odd');
  for (const query of [
    'stdout=1',
    'stderr=1',
    'stdout=1&stderr=1&timestamps=1',
    'stdout=1&tail=1',
    'stdout=1&tail=all',
    'stdout=1&tail=-1',
    'stdout=1&since=0',
    'stdout=1&since=1795350632.231',
    'stdout=1&since=x',
    'stdout=1&until=1',
    'stdout=1&follow=1',
    '',
  ])
    await session.ask('GET', `/containers/talker/logs?${query}`);
  await session.ask('GET', '/v1.41/containers/talker/logs?stdout=1');
  await session.ask('POST', '/containers/talker/attach?logs=1&stdout=1&stderr=1', { headers: upgrade });
  await session.ask('POST', '/containers/talker/attach?logs=1&stdout=1');
  await session.ask('GET', '/containers/talker/attach/ws?logs=1&stdout=1');
  await remove(session, 'talker');
  const echo = { Image: 'busybox', Cmd: ['cat'], OpenStdin: true, StdinOnce: true, AttachStdin: true };
  for (const headers of [upgrade, []]) {
    await session.quietly('POST', '/containers/create?name=echo', { body: echo });
    await session.quietly('POST', '/containers/echo/start');
    await session.ask('POST', '/containers/echo/attach?stream=1&stdin=1&stdout=1', { headers, afterHead: 'said\n' });
    await session.ask('POST', '/containers/echo/wait');
    await remove(session, 'echo');
  }
  await session.quietly('POST', '/containers/create?name=tty', { body: { ...echo, Tty: true } });
  await session.quietly('POST', '/containers/tty/start');
  await session.ask('POST', '/containers/tty/attach?stream=1&stdout=1&logs=1', { headers: upgrade, cutAfterMs: 300 });
  await remove(session, 'tty');
  await session.quietly('POST', '/containers/create?name=fleeting', { body: { ...talker, HostConfig: { AutoRemove: true } } });
  const waiting = session.ask('POST', '/containers/fleeting/wait?condition=removed');
  await session.quietly('POST', '/containers/fleeting/start');
  await waiting;
}

async function execs(session: Session): Promise<void> {
  await session.quietly('POST', '/containers/create?name=host', { body: sleeper });
  await session.ask('POST', '/containers/host/exec', { body: { Cmd: ['true'] } });
  await session.quietly('POST', '/containers/host/start');
  for (const body of [{}, { Cmd: [] }, { Cmd: 'true' }]) await session.ask('POST', '/containers/host/exec', { body });
  await session.ask('POST', '/containers/host/exec');
  const exec = async (command: string, more: object = {}) => {
    const made = await session.ask('POST', '/containers/host/exec', {
      body: { Cmd: ['sh', '-c', command], AttachStdout: true, AttachStderr: true, ...more },
    });
    return (JSON.parse(made.body.toString('utf8')) as { Id: string }).Id;
  };
  for (const headers of [upgrade, []]) {
    const id = await exec('echo out; sleep 0.3; echo err >&2; exit 4');
    await session.ask('GET', `/exec/${id}/json`);
    await session.ask('POST', `/exec/${id}/start`, { headers, body: { Detach: false, Tty: false } });
    await session.ask('GET', `/exec/${id}/json`);
    await session.ask('POST', `/exec/${id}/start`, { headers, body: {} });
  }
  const reader = await exec('cat', { AttachStdin: true });
  await session.ask('POST', `/exec/${reader}/start`, { headers: upgrade, body: {}, afterHead: 'said\n' });
  const terminal = await exec('test -t 1 && echo terminal', { Tty: true });
  await session.ask('POST', `/exec/${terminal}/start`, { headers: upgrade, body: { Tty: true } });
  const detached = await exec('true');
  await session.ask('POST', `/exec/${detached}/start`, { body: { Detach: true } });
  const missing = await session.ask('POST', '/containers/host/exec', { body: { Cmd: ['no-such-program'], AttachStdout: true } });
  const id = (JSON.parse(missing.body.toString('utf8')) as { Id: string }).Id;
  await session.ask('POST', `/exec/${id}/start`, { headers: upgrade, body: {} });
  await session.ask('POST', `/exec/${id}/resize?h=10&w=10`);
  await session.ask('POST', `/exec/${id}/start`, { headers: [['Content-Type', 'text/plain']], body: '{}' });
  await session.quietly('POST', '/containers/host/pause');
  await session.ask('POST', '/containers/host/exec', { body: { Cmd: ['true'] } });
  await remove(session, 'host');
}

async function files(session: Session): Promise<void> {
  await session.quietly('POST', '/containers/create?name=box', {
    body: { Image: 'busybox', Cmd: ['sh', '-c', 'echo x > /new; rm /etc/group'] },
  });
  await session.ask('GET', '/containers/box/changes');
  await session.quietly('POST', '/containers/box/start');
  await session.settled('box', 'exited');
  await session.ask('GET', '/containers/box/changes');
  for (const path of ['/new', '/etc/passwd', '/nothing', '', 'new']) {
    await session.ask('HEAD', `/containers/box/archive?path=${path}`);
    await session.ask('GET', `/containers/box/archive?path=${path}`);
  }
  const { body } = await session.quietly('GET', '/containers/box/archive?path=/new');
  const tar = [['Content-Type', 'application/x-tar']] as const;
  await session.ask('PUT', '/containers/box/archive?path=/tmp', { headers: tar, body });
  await session.ask('PUT', '/containers/box/archive?path=/tmp', { headers: tar, body, chunkBytes: 100 });
  await session.ask('PUT', '/containers/box/archive?path=/nothing', { headers: tar, body });
  await session.ask('PUT', '/containers/box/archive?path=/tmp', { headers: tar, body: 'no tar' });
  await session.ask('PUT', '/containers/box/archive', { headers: tar, body });
  await session.ask('GET', '/containers/box/export');
  await session.ask('POST', '/commit?container=box&repo=committed&tag=1&comment=c&author=me', { body: { Labels: { a: 'b' } } });
  await session.ask('GET', '/images/committed:1/json');
  await session.ask('POST', '/commit?container=box&repo=BAD', { body: {} });
  await session.ask('DELETE', '/images/committed:1');
  await remove(session, 'box');
}
