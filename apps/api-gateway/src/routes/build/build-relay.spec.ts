import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ParsedSchedulerCall } from '#cluster-bus';
import { BaleenError } from '#contracts';
import { TestFleet } from '../../gateway.builders.ts';

type Placing = ParsedSchedulerCall<'place'>;

let fleet: TestFleet;
/** What daemons were asked, by node. */
let asked: string[];
let placings: Placing[];
let released: string[];

beforeEach(async () => {
  fleet = await TestFleet.open();
  [asked, placings, released] = [[], [], []];
  await fleet.onScheduler('release', ({ operation }) => (released.push(operation), { released: true }));
});
afterEach(() => fleet.close());

/** An engine whose builds say where they ran; `refresh` is what its monitor does when asked to read images. */
async function node(name: string, refresh: () => Promise<number> = async () => 0): Promise<string> {
  const daemon = ({ path }: { path: string }) => {
    asked.push(`${name} ${path}`);
    return { body: `{"stream":"built on ${name}\\n"}` };
  };
  const key = await fleet.node(name, { daemon });
  await fleet.onEngine(key, 'refresh', async () => ({ sequence: await refresh() }));
  return key;
}

/** A scheduler that grants what `choose` says, or refuses. */
async function scheduler(choose: (placing: Placing) => string | undefined): Promise<void> {
  await fleet.onScheduler('place', (placing) => {
    placings.push(placing);
    const engine = choose(placing);
    if (engine === undefined) throw new BaleenError('placement/no-eligible-engine', 'constraint zone==b is not satisfied');
    return { operation: placing.operation, engine, node: 'node', term: 1, devices: [] };
  });
}

const constrained = `buildargs=${encodeURIComponent('{"constraint:zone":"=b","A":null}')}`;

it('places a classic build on its caller’s builder where that is eligible, and passes the query on as it is', async () => {
  const key = await node('node-1');
  await scheduler(({ only }) => only[0]);
  const { status, text } = await fleet.ask('POST', '/v1.41/build?t=web&memory=1048576&newer=%7b%7d', 'tar');
  expect([status, text]).toEqual([200, '{"stream":"built on node-1\\n"}']);
  expect(asked).toEqual(['node-1 /build?t=web&memory=1048576&newer=%7b%7d']);
  expect(placings).toMatchObject([{ only: [key], request: { memoryBytes: 1_048_576 } }]);
  await expect.poll(() => released).toEqual([placings[0]?.operation]);
});

it('refuses what is no platform as engines do, before it is placed', async () => {
  await node('node-1');
  await scheduler(({ only }) => only[0]);
  const { status, text } = await fleet.ask('POST', '/v1.41/build?platform=odd/odd/odd/odd', 'tar');
  expect([status, text]).toEqual([400, expect.stringContaining('cannot parse platform specifier: invalid argument')]);
  expect([asked, placings]).toEqual([[], []]);
});

it('places it on another engine where the builder does not satisfy its expressions, which no engine sees', async () => {
  const names = new Map([
    [await node('node-1'), 'node-1'],
    [await node('node-2'), 'node-2'],
  ]);
  const isBuilder = (key: string) => key === placings[0]?.only[0];
  await scheduler(({ only }) => (only.length > 0 ? undefined : [...names.keys()].find((key) => !isBuilder(key))));
  await fleet.ask('POST', `/build?${constrained}`, 'tar');
  const [elsewhere] = [...names].filter(([key]) => !isBuilder(key)).map(([, name]) => name);
  expect(asked).toEqual([`${elsewhere} /build?buildargs=%7B%22A%22%3Anull%7D`]);
  expect(placings[1]?.request.constraints).toEqual(['zone==b']);
});

it('answers a placement that failed before any engine is asked', async () => {
  await node('node-1');
  await scheduler(() => undefined);
  const answer = await fleet.ask('POST', `/build?${constrained}`, 'tar');
  expect([answer.status, answer.json()]).toEqual([500, { message: 'constraint zone==b is not satisfied' }]);
  expect(asked).toEqual([]);
});

it('sends BuildKit’s older form to the caller’s builder unplaced, and refuses expressions that this does not satisfy', async () => {
  await node('node-1');
  await scheduler(() => undefined);
  expect((await fleet.ask('POST', '/build?version=2&session=s1', '')).status).toBe(200);
  expect(placings).toEqual([]);
  const answer = await fleet.ask('POST', `/build?version=2&session=s1&${constrained}`, '');
  expect(String(answer.json()['message'])).toBe(
    'a BuildKit build runs on its caller’s builder (node node-1) and cannot be placed; leave the expressions out, ' +
      'or use the classic builder (DOCKER_BUILDKIT=0): constraint zone==b is not satisfied',
  );
});

it('ends the answer only when the engine’s images are in the log', async () => {
  const read = Promise.withResolvers<number>();
  await node('node-1', () => read.promise);
  const answer = fleet.ask('POST', '/build?version=2', '');
  await expect.poll(() => asked.length).toBe(1);
  // That an answer is held shows in nothing but time.
  const first = await Promise.race([answer.then(() => 'ended'), new Promise((resolve) => setTimeout(resolve, 50, 'held'))]);
  read.resolve(await fleet.put('barrier.gateway-1', {}));
  expect([first, (await answer).status]).toEqual(['held', 200]);
});

it('answers 503 with the reasons when no engine may build', async () => {
  await fleet.node('node-1', { state: 'unhealthy', reason: 'connection refused' });
  const answer = await fleet.ask('POST', '/session');
  const message = 'no engine of the fleet may build just now: node-1: connection refused';
  expect([answer.status, answer.json()]).toEqual([503, { message }]);
});

it('cancels a build on the engine that runs it', async () => {
  await node('node-1');
  await fleet.ask('POST', '/build/cancel?id=b1');
  expect(asked).toEqual(['node-1 /build/cancel?id=b1']);
});
