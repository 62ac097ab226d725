import { afterEach, beforeEach, expect, it } from 'vitest';
import { answerOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
let engine: string;
let calls: string[];
let placed: unknown[];
beforeEach(async () => {
  [calls, placed] = [[], []];
  fleet = await TestFleet.open();
  engine = await fleet.node('node-1');
  await fleet.onScheduler('release', () => ({ released: true }));
  await fleet.onScheduler('place', ({ operation, request }) => {
    placed.push([request.name, request.constraints, request.labels]);
    return { operation, engine, node: 'node-1', term: 1, devices: [] };
  });
  await fleet.onEngine(engine, 'call', ({ method, path, body }) => {
    calls.push(`${method} ${path} ${body}`);
    return { answer: answerOf(201, { Name: 'v' }), sequence: 1 };
  });
});
afterEach(() => fleet.close());

it('makes the volume that is named, in whatever case the client writes keys', async () => {
  const body = '{"name":"node-1/v","DRIVEROPTS":{"size":"1g"},"labels":{"a":"b"}}';
  expect((await fleet.ask('POST', '/volumes/create', body)).status).toBe(201);
  expect(placed).toEqual([['v', ['node==node-1'], { a: 'b' }]]);
  expect(calls).toEqual([
    'POST /volumes/create {"Name":"v","Labels":{"a":"b","com.docker.swarm.constraints":"[\\"node==node-1\\"]"},"DRIVEROPTS":{"size":"1g"}}',
  ]);
});

it('sends one spelling of a name that stands in two, the last, which it has looked up', async () => {
  await fleet.volume(engine, 'there');
  expect((await fleet.ask('POST', '/volumes/create', '{"Name":"other","name":"there"}')).status).toBe(201);
  expect([placed, calls]).toEqual([[], ['POST /volumes/create {"Name":"there"}']]);
});

it('is placed by the constraints of its label and of the header, as everything that this client makes', async () => {
  const labels = { 'com.docker.swarm.constraints': '["disk==ssd"]' };
  const headers = { 'content-type': 'application/json', 'x-baleen-constraint': 'zone==attic; zone!=cellar;' };
  expect((await fleet.askWith(headers, 'POST', '/volumes/create', JSON.stringify({ Name: 'v', Labels: labels }))).status).toBe(
    201,
  );
  expect(placed).toEqual([['v', ['disk==ssd', 'zone==attic', 'zone!=cellar'], labels]]);
});

it('takes no body for an empty one, as engines do, but not one in chunks that has nothing', async () => {
  expect((await fleet.ask('POST', '/volumes/create')).status).toBe(201);
  expect(calls).toEqual(['POST /volumes/create {"Name":""}']);
  const answer = await fleet.askAs('', 'POST', '/volumes/create', undefined, {
    'transfer-encoding': 'chunked',
    'content-type': 'application/json',
  });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('got EOF while reading request body')]);
});
