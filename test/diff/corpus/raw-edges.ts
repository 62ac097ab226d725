import type { Scenario, Session } from '../session.ts';

/** What HTTP itself allows and clients do: versions, methods, slashes, encodings, broken bodies. */
export const rawEdges: [string, Scenario][] = [
  ['versions in the path', versions],
  ['paths and methods that are not there', strayPaths],
  ['heads that few servers read alike', strangeHeads],
  ['bodies that are broken, empty or of another type', strangeBodies],
  ['pings in every form', pings],
  ['list queries that are unknown or broken', strangeFilters],
];

async function versions(session: Session): Promise<void> {
  for (const version of ['v1.41', 'v1.30', 'v1.24', 'v1.23', 'v1.11', 'v1', 'v9.99', 'v1.41.0', 'vabc', 'V1.40', 'v'])
    await session.ask('GET', `/${version}/volumes`);
  await session.ask('GET', '/v9.99/_ping');
  await session.ask('GET', '/v1.12/_ping');
  await session.ask('POST', '/v9.99/containers/create', { body: {} });
  await session.ask('GET', '/v1.41');
  await session.ask('GET', '/v1.41/');
}

async function strayPaths(session: Session): Promise<void> {
  for (const path of [
    '/',
    '/nothing',
    '/containers',
    '/containers/',
    '/containers/json/',
    '/v1.41/nothing/at/all',
    '/containers/ps',
  ])
    await session.ask('GET', path);
  for (const [method, path] of [
    ['POST', '/containers/json'],
    ['DELETE', '/info'],
    ['PUT', '/containers/create'],
    ['PATCH', '/containers/nobody/json'],
    ['GET', '/containers/create'],
    ['GET', '/containers/nobody/start'],
    ['POST', '/images/viz'],
    ['POST', '/containers/nobody/copy'],
    ['OPTIONS', '/containers/json'],
    ['HEAD', '/containers/json'],
    ['HEAD', '/info'],
    ['HEAD', '/version'],
    ['GET', '/networks/'],
    ['GET', '/images/json/'],
    ['GET', '/containers/%zz/json'],
    ['GET', '/containers/no%20body/json'],
    ['GET', '/containers/no%2Fbody/json'],
    ['GET', '/containers/con/json'],
    ['GET', '/containers/v1/json'],
    ['GET', '/containers/1/json'],
  ] as const)
    await session.ask(method, path);
}

async function strangeHeads(session: Session): Promise<void> {
  for (const target of [
    '/containers/js%6Fn',
    '/v1%2E41/volumes',
    '/containers%2Fjson',
    '/containers/nöbody/json',
    '/containers/n%C3%B6body/json',
    '/containers/no%ffbody/json',
    '/volumes?filters=%zz',
    '/volumes?other=%zz',
    '/volumes?a=1;b=2',
    'http://elsewhere/volumes',
  ])
    await session.ask('GET', target);
  for (const method of ['FOO', 'get', 'CONNECT']) await session.ask(method, '/volumes');
  await session.ask('GET', '/volumes?head=folded', { headers: [['X-Folded', 'one\r\n two']] });
  await session.ask('GET', '/volumes?head=bare', { headers: [['X-Bare', 'one\nX-Next: two']] });
  const empty = ['Content-Length', '0'] as const;
  await session.ask('POST', '/containers/nobody/kill?head=twice', { headers: [empty, empty], body: '' });
  await session.ask('OPTIONS', '/volumes', { headers: [['Origin', 'http://elsewhere']] });
}

async function strangeBodies(session: Session): Promise<void> {
  const json = ['Content-Type', 'application/json'] as const;
  await session.ask('POST', '/containers/create');
  await session.ask('POST', '/containers/create', { headers: [json], body: '' });
  await session.ask('POST', '/containers/create', { headers: [json], body: '{' });
  await session.ask('POST', '/containers/create', { headers: [json], body: '[]' });
  await session.ask('POST', '/containers/create', { headers: [json], body: 'null' });
  await session.ask('POST', '/containers/create', { headers: [json], body: '{} {}' });
  await session.ask('POST', '/containers/create', { headers: [['Content-Type', 'text/plain']], body: '{}' });
  await session.ask('POST', '/containers/create', { body: {} });
  await session.ask('POST', '/containers/create', { body: { Image: 7 } });
  await session.ask('POST', '/containers/create', { body: { Image: 'busybox', HostConfig: { Memory: 'much' } } });
  await session.ask('POST', '/containers/create', { body: { Image: 'busybox', HostConfig: { Memory: 1 } } });
  await session.ask('POST', '/containers/create', {
    body: { Image: 'busybox', HostConfig: { RestartPolicy: { Name: 'sometimes' } } },
  });
  await session.ask('POST', '/containers/create?name=beside-nobody', {
    body: { Image: 'busybox', HostConfig: { NetworkMode: 'container:nobody' } },
  });
  await session.clean();
  await session.ask('POST', '/containers/create', { body: { Image: 'BusyBox' } });
  await session.ask('POST', '/containers/create?name=-bad-', { body: { Image: 'busybox' } });
  await session.ask('POST', '/containers/create?name=a', { body: { Image: 'busybox' } });
  await session.ask('POST', '/networks/create', { headers: [json], body: '{' });
  await session.ask('POST', '/networks/create', { headers: [['Content-Type', 'text/plain']], body: '{"Name":"n"}' });
  await session.ask('POST', '/networks/create');
  await session.ask('POST', '/networks/create', { body: {} });
  await session.ask('POST', '/volumes/create', { headers: [json], body: '{' });
  await session.ask('POST', '/volumes/create', { headers: [['Content-Type', 'text/plain']], body: '{"Name":"n"}' });
  await session.ask('POST', '/volumes/create', { body: { Name: 'bad name' } });
  await session.ask('POST', '/containers/nobody/exec', { body: { Cmd: ['true'] } });
  await session.ask('POST', '/containers/nobody/exec', { headers: [json], body: '{' });
  await session.ask('POST', '/exec/nobody/start', { body: {} });
  await session.ask('POST', '/exec/nobody/resize?h=1&w=1');
  await session.ask('GET', '/exec/nobody/json');
  await session.clean();
}

async function pings(session: Session): Promise<void> {
  for (const path of ['/_ping', '/v1.41/_ping', '/v1.24/_ping', '/_ping?x=1']) {
    await session.ask('GET', path);
    await session.ask('HEAD', path);
  }
  await session.ask('POST', '/_ping');
  await session.ask('GET', '/_ping', { headers: [['Origin', 'http://elsewhere']] });
}

async function strangeFilters(session: Session): Promise<void> {
  const encoded = (filters: unknown) => encodeURIComponent(typeof filters === 'string' ? filters : JSON.stringify(filters));
  for (const list of ['/containers/json', '/images/json', '/networks', '/volumes']) {
    await session.ask('GET', `${list}?filters=`);
    for (const filters of [
      '{',
      'x',
      '[]',
      '{"label":"a"}',
      { colour: ['red'] },
      { label: ['a'] },
      { label: { a: true } },
      { dangling: ['perhaps'] },
    ])
      await session.ask('GET', `${list}?filters=${encoded(filters)}`);
  }
  for (const filters of [
    { status: ['odd'] },
    { health: ['odd'] },
    { exited: ['x'] },
    { before: ['nobody'] },
    { since: ['nobody'] },
    { 'is-task': ['perhaps'] },
    { publish: ['x'] },
    { publish: ['80/tcp'] },
    { id: ['abc'] },
    { volume: ['abc'] },
    { network: ['abc'] },
    { ancestor: ['nobody'] },
    { name: ['('] },
  ])
    await session.ask('GET', `/containers/json?all=1&filters=${encoded(filters)}`);
  for (const query of ['limit=x', 'limit=-1', 'limit=0', 'all=False', 'size=perhaps', 'before=nobody', 'since=nobody'])
    await session.ask('GET', `/containers/json?${query}`);
  for (const filters of [{ type: ['odd'] }, { scope: ['odd'] }, { driver: ['x'] }, { id: ['x'] }])
    await session.ask('GET', `/networks?filters=${encoded(filters)}`);
  for (const filters of [
    { before: ['nobody'] },
    { since: ['nobody'] },
    { until: ['x'] },
    { reference: ['['] },
    { reference: ['nobody*'] },
  ])
    await session.ask('GET', `/images/json?filters=${encoded(filters)}`);
  for (const kind of ['containers', 'networks', 'volumes', 'images'])
    await session.ask('POST', `/${kind}/prune?filters=${encoded({ colour: ['red'] })}`);
  await session.ask('GET', `/events?until=1&filters=${encoded({ colour: ['red'] })}`);
  await session.ask('GET', '/events?since=x&until=1');
  await session.ask('GET', '/events?since=5&until=1');
}
