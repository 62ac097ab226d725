import { afterEach, beforeEach, expect, it } from 'vitest';
import { subjects } from '#contracts';
import { TestFleet } from '../../gateway.builders.ts';

const event = (action: string, timeNano: number) =>
  `{"Type":"container","Action":"${action}","Actor":{"ID":"abc","Attributes":{"name":"web"}},"time":1,"timeNano":${timeNano}}`;

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

it('begins with what the engines remember and does not repeat it', async () => {
  const answer = await fleet.stream('/events?since=1', aborter.signal);
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('start', 6)));
  fleet.bus.publish(subjects.event(engine), Buffer.from(event('die', 7)));
  expect((await lines(answer, 3)).map((line) => line['Action'])).toEqual(['create', 'start', 'die']);
});

it('ends at once when until has passed, also with nanoseconds', async () => {
  const answer = await fleet.ask('GET', '/events?since=1&until=2.000000001');
  expect(answer.text.trim().split('\n')).toHaveLength(2);
  expect((await fleet.ask('GET', '/events?until=yesterday')).status).toBe(400);
});
