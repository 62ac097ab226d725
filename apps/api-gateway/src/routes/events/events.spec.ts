import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aheadEvent, subjects } from '#contracts';
import { TestFleet } from '../../gateway.builders.ts';

const event = (action: string, timeNano: number | bigint, more = '') =>
  `{"Type":"container","Action":"${action}","Actor":{"ID":"abc","Attributes":{"name":"web"}},"time":1,"timeNano":${timeNano}${more}}`;
/** As the engine's owner sends one that it read from the daemon's memory. */
const late = (action: string, timeNano: number, ms: number) => event(action, timeNano, `,"baleenLateMs":${ms}`);

let fleet: TestFleet;
let engine: string;
let aborter: AbortController;
beforeEach(async () => {
  aborter = new AbortController();
  fleet = await TestFleet.open();
  const daemon = ({ path }: { path: string }) =>
    path.startsWith('/events') ? { body: `${event('create', 5)}\n${event('start', 6)}\n` } : undefined;
  engine = await fleet.node('node-1', { daemon });
  await fleet.list('/containers/json');
});
afterEach(async () => {
  aborter.abort();
  await fleet.close();
});

/** Reads whole lines until there are as many as wanted. */
async function lines(answer: Response, wanted: number): Promise<Record<string, unknown>[]> {
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.split('\n').length > wanted) break;
  }
  return text
    .split('\n')
    .slice(0, wanted)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('passes live events on with the node they came from, as far as they match', async () => {
  const answer = await fleet.stream('/events?filters={"event":["die"]}', aborter.signal);
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('start', 1)));
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('die', 2)));
  expect(await lines(answer, 1)).toMatchObject([
    { Action: 'die', Actor: { Attributes: { name: 'web', 'node.name': 'node-1' } }, node: { Name: 'node-1', Ip: '10.0.0.1' } },
  ]);
});

it('lets the next read pass a barrier: what an event tells of is in the log, but maybe not in the view', async () => {
  let barriers = 0;
  fleet.log.follow([subjects.barrier('gateway-1')], { onEntry: () => (barriers += 1) });
  const listAgain = async () => {
    barriers = 0;
    await fleet.list('/containers/json');
    return barriers;
  };
  const answer = await fleet.stream('/events', aborter.signal);
  await listAgain();
  expect(await listAgain()).toBe(0);
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('start', 1)));
  await lines(answer, 1);
  expect(await listAgain()).toBe(1);
  expect(await listAgain()).toBe(0);
});

it('tells of a change before its record is in the log, as the daemon said it, and lets reads wait for that', async () => {
  const answer = await fleet.stream('/events', aborter.signal);
  await fleet.list('/containers/json');
  fleet.bus.publish(subjects.event(engine), Buffer.concat(aheadEvent(Buffer.from(event('start', 1)), 1)));
  const [told] = await lines(answer, 1);
  expect(told).not.toHaveProperty('baleenAhead');
  let isListed = false;
  const listing = fleet.list('/containers/json').then(() => (isListed = true));
  await fleet.ask('GET', '/_ping');
  expect(isListed).toBe(false);
  fleet.bus.publish(subjects.settled(engine), Buffer.from('1'));
  await listing;
});

it('begins with what the engines remember and does not repeat it', async () => {
  const answer = await fleet.stream('/events?since=1', aborter.signal);
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('start', 6)));
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('die', 7)));
  expect((await lines(answer, 3)).map((line) => line['Action'])).toEqual(['create', 'start', 'die']);
});

it('keeps every byte of the daemon but for the node it adds', async () => {
  const answer = await fleet.stream('/events', aborter.signal);
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('start', 1_700_000_000_123_456_789n, ',"new":{"a":1.50}')));
  const reader = answer.body?.getReader();
  const text = Buffer.from((await reader?.read())?.value ?? []).toString();
  expect(text).toMatch(/"timeNano":1700000000123456789,"new":\{"a":1\.50\},"node":\{"Name":"node-1"/);
});

it('passes an event on once, whoever tells it again and whether a client listened the first time or not', async () => {
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('create', 11)));
  const answer = await fleet.stream('/events', aborter.signal);
  for (const again of [event('create', 11), event('start', 12), event('create', 11), event('start', 12), event('die', 13)])
    fleet.bus.publish(subjects.event(engine), Buffer.from(again));
  expect((await lines(answer, 2)).map((line) => line['Action'])).toEqual(['start', 'die']);
});

it('hides what happened before the client asked and became known only now', async () => {
  const answer = await fleet.stream('/events', aborter.signal);
  for (const said of [late('create', 21, 60_000), late('start', 22, 0), event('die', 23)])
    fleet.bus.publish(subjects.event(engine), Buffer.from(said));
  const shown = await lines(answer, 2);
  expect(shown.map((line) => line['Action'])).toEqual(['start', 'die']);
  expect(shown[0]).not.toHaveProperty('baleenLateMs');
});

it('shows a client that asked for the past what becomes known of it later, as far back as it asked', async () => {
  const answer = await fleet.stream('/events?since=1', aborter.signal);
  for (const said of [late('older', 999_999_999, 60_000), late('stop', 2_000_000_000, 60_000)])
    fleet.bus.publish(subjects.event(engine), Buffer.from(said));
  expect((await lines(answer, 3)).map((line) => line['Action'])).toEqual(['create', 'start', 'stop']);
});

it('shows a client that asked for the past whatever happens while it listens, though an engine’s clock be behind its own', async () => {
  const answer = await fleet.stream(`/events?since=${Date.now() / 1_000 + 3_600}`, aborter.signal);
  fleet.clock.leap(1_000);
  for (const said of [late('older', 21, 60_000), event('stop', 22), late('die', 23, 500)])
    fleet.bus.publish(subjects.event(engine), Buffer.from(said));
  expect((await lines(answer, 4)).map((line) => line['Action'])).toEqual(['create', 'start', 'stop', 'die']);
});

it('tells all of the past to who names an end alone, as engines do', async () => {
  const answer = await fleet.ask('GET', '/events?until=2.5');
  expect(answer.text.trim().split('\n')).toHaveLength(2);
});

it('refuses an end before the beginning', async () => {
  const answer = await fleet.ask('GET', '/events?since=20&until=10');
  expect([answer.status, answer.json()]).toEqual([400, { message: '`since` time (20) cannot be after `until` time (10)' }]);
});

describe('a client', () => {
  const newer = Buffer.from(
    '{"Type":"container","Action":"die","Actor":{"ID":"abc","Attributes":{"image":"busybox"}},"scope":"local","time":1,"timeNano":1}',
  );
  const older = Buffer.concat([Buffer.from('{"status":"die","id":"abc","from":"busybox",'), newer.subarray(1)]);

  it.each([
    ['1.51', newer],
    ['1.51', older],
    ['1.24', newer],
  ])('of API %s gets status, id and from, whatever the daemon said', async (version, said) => {
    const answer = await fleet.stream(`/v${version}/events`, aborter.signal);
    fleet.bus.publish(subjects.event(engine), said);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect((await lines(answer, 1))[0]).toMatchObject({ status: 'die', id: 'abc', from: 'busybox', Type: 'container' });
  });

  it.each([newer, older])('of API 1.52 does not', async (said) => {
    const current = await TestFleet.open();
    const key = await current.node('node-1', { apiVersion: '1.55' });
    await current.list('/containers/json');
    const answer = await current.stream('/v1.52/events', aborter.signal);
    current.bus.publish(subjects.event(key), said);
    expect(answer.headers.get('content-type')).toBe('application/jsonl');
    const [event = {}] = await lines(answer, 1);
    expect(Object.keys(event)).toEqual(['Type', 'Action', 'Actor', 'scope', 'time', 'timeNano', 'node']);
    await current.close();
  });

  it('below API 1.46 is not told of creates of images', async () => {
    const answer = await fleet.stream('/v1.45/events', aborter.signal);
    const image = (action: string, time: number) =>
      Buffer.from(`{"Type":"image","Action":"${action}","Actor":{"ID":"i","Attributes":{}},"timeNano":${time}}`);
    fleet.bus.publish(subjects.event(engine), image('create', 31));
    fleet.bus.publish(subjects.event(engine), image('tag', 32));
    expect((await lines(answer, 1))[0]).toMatchObject({ Action: 'tag', status: 'tag', id: 'i' });
  });
});

it('tells of engines that come into service and leave it, as classic Swarm did, and remembers it', async () => {
  const answer = await fleet.stream('/events?filters={"type":["swarm"]}', aborter.signal);
  await fleet.node('node-2');
  const [first] = await lines(answer, 1);
  expect(first).toMatchObject({
    status: 'engine_connect',
    from: 'swarm node:node-2',
    Type: 'swarm',
    Action: 'engine_connect',
    Actor: { ID: '', Attributes: { 'node.name': 'node-2' } },
    node: { Name: 'node-2' },
  });
  expect(first).not.toHaveProperty('id');
  const past = await fleet.ask('GET', `/events?since=1h&until=${Date.now() / 1_000 + 0.1}&filters={"node":["node-2"]}`);
  expect(past.text).toContain('engine_connect');
});

it('ends at once when until has passed, also with nanoseconds', async () => {
  const answer = await fleet.ask('GET', '/events?since=1&until=2.000000001');
  expect(answer.text.trim().split('\n')).toHaveLength(2);
  expect((await fleet.ask('GET', '/events?until=yesterday')).status).toBe(400);
});
