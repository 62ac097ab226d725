import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
let engine: string;
let calls: string[];
let refusal: ReturnType<typeof answerOf> | undefined;
beforeEach(async () => {
  calls = [];
  refusal = undefined;
  fleet = await TestFleet.open();
  engine = await fleet.node('node-1');
  await fleet.onScheduler('release', () => ({ released: true }));
  await fleet.onScheduler('move', ({ operation }) => ({ operation, term: 1, moves: [] }));
  await fleet.onEngine(engine, 'call', ({ method, path, body }) => {
    calls.push(`${method} ${path} ${body}`);
    return { answer: refusal ?? answerOf(201, { Id: 'n1' }), sequence: 1 };
  });
});
afterEach(() => fleet.close());

it('places a network by its labels and node, and leaves its driver to the engine', async () => {
  const placed: unknown[] = [];
  await fleet.onScheduler('place', ({ operation, kind, request }) => {
    placed.push([kind, request.constraints, request.labels]);
    return { operation, engine, node: 'node-1', term: 1, devices: [] };
  });
  const body = JSON.stringify({ Name: 'node-1/app', Driver: '', Labels: { 'com.docker.compose.project': 'p' }, New: 1 });
  expect((await fleet.ask('POST', '/networks/create', body)).status).toBe(201);
  expect(placed).toEqual([['network', ['node==node-1'], { 'com.docker.compose.project': 'p' }]]);
  expect(calls).toEqual([
    'POST /networks/create {"Name":"app","Driver":"","Labels":{"com.docker.compose.project":"p","com.docker.swarm.constraints":"[\\"node==node-1\\"]"},"New":1}',
  ]);
});

it('refuses a name that the fleet has already', async () => {
  await fleet.network(engine, 'n1', 'app');
  const answer = await fleet.ask('POST', '/networks/create', '{"Name":"app"}');
  expect([answer.status, answer.json()]).toEqual([409, { message: 'network with name app already exists' }]);
});

it('connects a container to the network of its own engine', async () => {
  const second = await fleet.node('node-2');
  await fleet.network(engine, 'b1', 'bridge');
  await fleet.container(engine, idOf('a1'), 'web');
  await fleet.container(second, idOf('a2'), 'far');
  expect((await fleet.ask('POST', '/networks/bridge/connect', '{"Container":"web"}')).status).toBe(201);
  expect(calls).toEqual([`POST /networks/b1/connect {"Container":"${idOf('a1')}"}`]);
  await fleet.network(engine, 'n1', 'app');
  const answer = await fleet.ask('POST', '/networks/app/connect', '{"Container":"far"}');
  expect([answer.status, answer.json()]).toEqual([
    404,
    { message: 'network app not found on node node-2, where the container is' },
  ]);
});

it.each(['connect', 'disconnect'])(
  'takes the ID that lists show of a network from birth for the container’s own: %s',
  async (verb) => {
    const second = await fleet.node('node-2');
    await fleet.network(second, 'b2', 'bridge');
    await fleet.network(engine, 'b1', 'bridge');
    await fleet.container(engine, idOf('a1'), 'web');
    for (const reference of ['b2', 'b1']) {
      expect((await fleet.ask('POST', `/networks/${reference}/${verb}`, '{"Container":"web"}')).status).toBe(201);
    }
    expect(calls).toEqual(Array(2).fill(`POST /networks/b1/${verb} {"Container":"${idOf('a1')}"}`));
  },
);

it('removes a network that engines share where that is allowed', async () => {
  const second = await fleet.node('node-2');
  await fleet.network(engine, 'swarmnet', 'over', { scope: 'swarm', driver: 'overlay' });
  await fleet.network(second, 'swarmnet', 'over', { scope: 'swarm', driver: 'overlay' });
  await fleet.onEngine(second, 'call', ({ method, path }) => {
    calls.push(`second: ${method} ${path}`);
    return { answer: answerOf(204), sequence: 1 };
  });
  refusal = answerOf(503, { message: 'This node is not a swarm manager' });
  expect((await fleet.ask('DELETE', '/networks/over')).status).toBe(204);
  expect(calls).toEqual(['DELETE /networks/swarmnet ', 'second: DELETE /networks/swarmnet']);
});

it('refuses an empty name as newer engines do, whichever engine there is', async () => {
  const answer = await fleet.ask('POST', '/networks/create', '{"Name":""}');
  expect([answer.status, answer.json()]).toEqual([400, { message: 'invalid name: name is empty' }]);
});

it('refuses a predefined name as every engine does', async () => {
  const answer = await fleet.ask('POST', '/networks/create', '{"Name":"bridge"}');
  expect([answer.status, answer.json()]).toEqual([403, { message: 'operation is not permitted on predefined bridge network' }]);
});

it('creates a network whose keys are written in another case', async () => {
  const placed: unknown[] = [];
  await fleet.onScheduler('place', ({ operation, request }) => {
    placed.push([request.name, request.constraints, request.labels]);
    return { operation, engine, node: 'node-1', term: 1, devices: [] };
  });
  const body = '{"name":"node-1/n","driver":"bridge","LABELS":{"a":"b"},"internal":true}';
  expect((await fleet.ask('POST', '/networks/create', body)).status).toBe(201);
  expect(placed).toEqual([['n', ['node==node-1'], { a: 'b' }]]);
  expect(calls).toEqual([
    'POST /networks/create {"Name":"n","Driver":"bridge","Labels":{"a":"b","com.docker.swarm.constraints":"[\\"node==node-1\\"]"},"internal":true}',
  ]);
  expect((await fleet.ask('POST', '/networks/create', '{"Name":"m","name":"bridge"}')).status).toBe(403);
});

it.each(['connect', 'disconnect'])('takes the container of a %s in any case, and sends its ID alone', async (verb) => {
  await fleet.network(engine, 'n1', 'app');
  await fleet.container(engine, idOf('a1'), 'web');
  for (const body of ['{"container":"web"}', '{"Container":"other","CONTAINER":"web"}'])
    expect((await fleet.ask('POST', `/v1.41/networks/app/${verb}`, body)).status).toBe(201);
  const sent = `POST /networks/n1/${verb} {"Container":"${idOf('a1')}"}`;
  expect(calls).toEqual([sent, sent]);
  const answer = await fleet.ask('POST', `/networks/app/${verb}`, '{"containers":"web"}');
  expect([answer.status, answer.json()]).toEqual([400, { message: 'invalid JSON: Container is missing' }]);
});

it('takes a container out of a network that was removed while it did not run, by the name that it has it under', async () => {
  await fleet.container(engine, idOf('a1'), 'web', { networks: { gone: 'n1' } });
  const answer = await fleet.ask('POST', '/networks/gone/disconnect', '{"Container":"web"}');
  expect([answer.status, calls]).toEqual([201, [`POST /networks/gone/disconnect {"Container":"${idOf('a1')}"}`]]);
  await fleet.network(await fleet.node('node-2'), 'n9', 'gone');
  const connected = await fleet.ask('POST', '/networks/gone/connect', '{"Container":"web"}');
  expect(connected.json()).toEqual({ message: 'network gone not found on node node-1, where the container is' });
  const unknown = await fleet.ask('POST', '/networks/n1/disconnect', '{"Container":"web"}');
  expect([unknown.status, unknown.json()]).toEqual([404, { message: 'network n1 not found' }]);
});
