import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaleenError, type EngineAnswer, formerIdsLabel, type MovedObject, subjects } from '#contracts';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
let here: string;
let there: string;
/** What engines were asked to change. */
let calls: string[];
let bodies: Record<string, unknown>[];
/** Wanted of the scheduler. */
let placed: unknown[];
let refusals: Map<string, EngineAnswer>;
/** Calls that are refused once, for a new leader has been heard of. */
let stale: Set<string>;
/** Of the engine where things were. */
let events: string;
let inside: object;
let sizeBytes: number;
let options: object;

const [before, after] = [idOf('a1'), idOf('b1')];
const CreatedAt = '2026-11-30T12:00:00Z';
const madeEvent = (name: string) =>
  `${JSON.stringify({ Type: 'volume', Action: 'create', Actor: { ID: name }, timeNano: Date.parse(CreatedAt) * 1e6 })}\n`;

beforeEach(async () => {
  [calls, bodies, placed, refusals, events, inside, options] = [[], [], [], new Map(), madeEvent('data'), {}, { type: 'nfs' }];
  stale = new Set();
  sizeBytes = 0;
  fleet = await TestFleet.open();
  there = await fleet.node('node-1', {
    daemon: ({ path }) => {
      if (path.startsWith('/networks/'))
        return { body: JSON.stringify({ Id: before, Name: 'net', Containers: inside, Options: options }) };
      if (path.startsWith('/volumes/'))
        return { body: JSON.stringify({ Name: 'data', Driver: 'local', CreatedAt, Options: options }) };
      if (path === '/system/df?type=volume')
        return { body: JSON.stringify({ Volumes: [{ Name: 'data', UsageData: { Size: sizeBytes, RefCount: 0 } }] }) };
      if (path === '/info') return { body: JSON.stringify({ SystemTime: '2026-11-30T12:00:00.5Z' }) };
      return path.startsWith('/events') ? { body: events } : undefined;
    },
  });
  here = await fleet.node('node-2');
  await fleet.network(there, before, 'net');
  await fleet.volume(there, 'data');
  await fleet.onScheduler('release', () => ({ released: true }));
  for (const [key, node] of [
    [there, 'node-1'],
    [here, 'node-2'],
  ] as const) {
    await fleet.onEngine(key, 'call', async ({ method, path, body }) => {
      const call = `${node}: ${method} ${path}`;
      calls.push(call);
      if (stale.delete(call)) throw new BaleenError('engine/stale-term', 'term 7 is over, 8 leads');
      const refusal = refusals.get(call);
      if (refusal !== undefined) return { answer: refusal, sequence: 1 };
      const labels = { [formerIdsLabel]: before };
      if (path === '/networks/create')
        return { answer: answerOf(201, { Id: after }), sequence: await fleet.network(key, after, 'net', { labels }) };
      if (path === '/volumes/create')
        return { answer: answerOf(201, JSON.parse(String(body))), sequence: await fleet.volume(key, 'data') };
      const [, kind = '', id = ''] = path.split('/');
      const subject = kind === 'networks' ? subjects.network(key, id) : subjects.volume(key, id);
      return { answer: answerOf(204), sequence: await fleet.log.delete(subject) };
    });
    await fleet.onEngine(key, 'create', async ({ body, name }) => {
      calls.push(`${node}: create`);
      bodies.push(JSON.parse(body) as Record<string, unknown>);
      return { answer: answerOf(201, { Id: idOf('c1') }), sequence: await fleet.container(key, idOf('c1'), name) };
    });
  }
});
afterEach(() => fleet.close());

const net = (): MovedObject => ({ kind: 'network', id: before, name: 'net', from: there });
const data = (): MovedObject => ({ kind: 'volume', id: 'data', name: 'data', from: there });

/** Grants the engine with these, to whoever cannot keep one of them where it is. */
const grants = (...moves: MovedObject[]) =>
  fleet.onScheduler('place', ({ operation, moves: wanted }) => {
    placed.push(wanted);
    const granted = moves.filter(({ id }) => wanted?.except.includes(id) === false);
    return {
      operation,
      engine: granted.length === moves.length ? here : there,
      node: 'node',
      term: 7,
      devices: [],
      moves: granted,
    };
  });

const create = (host: object) =>
  fleet.ask('POST', '/containers/create?name=web', JSON.stringify({ Image: 'busybox', HostConfig: host }));

describe('a create that is granted networks and volumes of another engine', () => {
  const steps = [
    'node-2: POST /networks/create',
    `node-1: DELETE /networks/${before}`,
    'node-2: POST /volumes/create',
    'node-1: DELETE /volumes/data',
  ];

  it('has them made on its own and removed where they were, before it is sent there', async () => {
    await grants(net(), data());
    const body = {
      Image: 'busybox',
      HostConfig: { NetworkMode: before, Binds: ['data:/d'] },
      NetworkingConfig: { EndpointsConfig: { net: { NetworkID: before } } },
    };
    expect((await fleet.ask('POST', '/containers/create?name=web', JSON.stringify(body))).status).toBe(201);
    expect(placed).toEqual([{ except: [] }]);
    expect(calls).toEqual([...steps, 'node-2: create']);
    const EndpointsConfig = { net: { NetworkID: after } };
    expect(bodies[0]).toMatchObject({ HostConfig: { NetworkMode: after }, NetworkingConfig: { EndpointsConfig } });
  });

  it.each<[string, () => void]>([
    ['its engine remembers that a container had it', () => (events += madeEvent('data').replace('create', 'mount'))],
    ['somebody has put files into its folder', () => (sizeBytes = 5)],
    ['its engine does not remember its making', () => (events = '')],
    ['its engine answers what is none', () => (events = '{"Action":1}\n')],
  ])('does not touch a volume that may have something in it: %s', async (_, happen) => {
    happen();
    await grants(data());
    expect((await create({ Binds: ['data:/d'] })).status).toBe(201);
    expect(placed).toEqual([{ except: [] }, { except: ['data'] }]);
    expect(calls).toEqual(['node-1: create']);
  });

  it('takes back what it made where the engine does not let the other go', async () => {
    refusals.set('node-1: DELETE /volumes/data', answerOf(409, { message: 'volume is in use' }));
    await grants(data());
    await create({ Binds: ['data:/d'] });
    expect(calls).toEqual([
      'node-2: POST /volumes/create',
      'node-1: DELETE /volumes/data',
      'node-2: DELETE /volumes/data',
      'node-1: create',
    ]);
  });

  it('is placed again where its engine cannot make one', async () => {
    refusals.set(
      'node-2: POST /networks/create',
      answerOf(403, { message: 'Pool overlaps with other one on this address space' }),
    );
    await grants(net());
    await create({ NetworkMode: 'net' });
    expect(placed).toEqual([{ except: [] }, { except: [before] }]);
    expect(calls).toEqual(['node-2: POST /networks/create', 'node-1: create']);
  });

  it.each(steps)('goes on where it was when the leader changes before %s', async (call) => {
    stale.add(call);
    await grants(net(), data());
    expect((await create({ Binds: ['data:/d'], NetworkMode: 'net' })).status).toBe(201);
    expect(placed).toEqual([{ except: [] }, { except: [] }]);
    expect(calls).toEqual([...steps.flatMap((step) => (step === call ? [step, step] : [step])), 'node-2: create']);
  });

  it('leaves a volume alone that its engine had before, where the other is not let go', async () => {
    refusals.set('node-1: DELETE /volumes/data', answerOf(409, { message: 'volume is in use' }));
    await fleet.onScheduler('place', async ({ operation, moves }) => {
      await fleet.volume(here, 'data');
      const isFirst = moves?.except.length === 0;
      return { operation, engine: isFirst ? here : there, node: 'node', term: 7, devices: [], moves: isFirst ? [data()] : [] };
    });
    await create({ Binds: ['data:/d'] });
    expect(calls).toEqual(['node-1: DELETE /volumes/data', 'node-1: create']);
  });

  it('leaves a network alone that has come into use', async () => {
    inside = { [idOf('c9')]: { Name: 'quick' } };
    await grants(net());
    await create({ NetworkMode: 'net' });
    expect(calls).toEqual(['node-1: create']);
  });

  it.each<[string, object, () => MovedObject]>([
    ['a volume that is a folder of its machine', { o: 'bind', device: '/srv/data' }, data],
    ['a network that is of an interface of its machine', { 'com.docker.network.bridge.name': 'br-lan' }, net],
  ])('leaves alone %s', async (_, given, moved) => {
    options = given;
    await grants(moved());
    await create({ Binds: ['data:/d'], NetworkMode: 'net' });
    expect(calls).toEqual(['node-1: create']);
  });

  it('brings nothing where the client names the node', async () => {
    await fleet.onScheduler('place', ({ operation, moves }) => {
      placed.push(moves);
      return { operation, engine: there, node: 'node-1', term: 7, devices: [] };
    });
    await create({ Binds: ['node-1/data:/d'] });
    expect(placed).toEqual([undefined]);
  });
});

it.each([
  ['by its name', 'net'],
  ['by its ID', before],
  ['by the beginning of its ID', before.slice(0, 12)],
])('waits for a network that another create is just bringing to its engine, %s', async (_, reference) => {
  await fleet.onScheduler('place', ({ operation }) => {
    placed.push(operation);
    return { operation, engine: here, node: 'node-2', term: 7, devices: [] };
  });
  const creating = create({ NetworkMode: reference });
  await expect.poll(() => placed).toHaveLength(1);
  expect(calls).toEqual([]);
  await fleet.network(here, after, 'net', { labels: { [formerIdsLabel]: before } });
  await fleet.log.delete(subjects.network(there, before));
  expect((await creating).status).toBe(201);
  expect(calls).toEqual(['node-2: create']);
});

it('is placed again where a volume that another create was to bring has stayed: it would start on an empty one', async () => {
  await fleet.onScheduler('place', ({ operation }) => {
    placed.push(operation);
    const [engine, node] = placed.length === 1 ? [here, 'node-2'] : [there, 'node-1'];
    return { operation, engine, node, term: 7, devices: [] };
  });
  const creating = create({ Binds: ['data:/d'] });
  const waited = () => {
    fleet.clock.leap(3_000);
    return placed;
  };
  await expect.poll(waited).toHaveLength(2);
  expect((await creating).status).toBe(201);
  expect(calls).toEqual(['node-1: create']);
});

describe('a network that was brought elsewhere', () => {
  beforeEach(async () => {
    await fleet.log.delete(subjects.network(there, before));
    await fleet.network(here, after, 'net', { labels: { [formerIdsLabel]: before } });
  });

  it('is found by the ID that it had', async () => {
    for (const reference of [before, before.slice(0, 12)]) {
      calls.length = 0;
      expect((await fleet.ask('DELETE', `/networks/${reference}`)).status).toBe(204);
      expect(calls).toEqual([`node-2: DELETE /networks/${after}`]);
      await fleet.network(here, after, 'net', { labels: { [formerIdsLabel]: before } });
    }
  });

  it('is meant by its name while the one of before is still there', async () => {
    await fleet.network(there, before, 'net');
    await fleet.onScheduler('place', ({ operation }) => ({ operation, engine: here, node: 'node-2', term: 7, devices: [] }));
    expect((await create({ NetworkMode: 'net' })).status).toBe(201);
    expect((await create({ NetworkMode: before })).status).toBe(201);
    expect(bodies.map(({ HostConfig }) => HostConfig)).toEqual([{ NetworkMode: 'net' }, { NetworkMode: after }]);
    await fleet.ask('DELETE', '/networks/net');
    expect(calls).toEqual(['node-2: create', 'node-2: create', `node-2: DELETE /networks/${after}`]);
  });

  it('is listed by the ID that it had, as are its containers', async () => {
    await fleet.container(here, idOf('c1'), 'web', { networks: { net: after } });
    const listed = async (path: string, query: object) =>
      (await fleet.ask('GET', `${path}?filters=${encodeURIComponent(JSON.stringify(query))}`)).json();
    expect(await listed('/networks', { id: [before] })).toHaveLength(1);
    expect(await listed('/containers/json', { network: [before] })).toHaveLength(1);
  });

  it('gives way to one that has that ID now: a label can be anybody’s', async () => {
    await fleet.network(there, before, 'own');
    await fleet.ask('DELETE', `/networks/${before}`);
    expect(calls).toEqual([`node-1: DELETE /networks/${before}`]);
  });
});

it('brings a network that nothing uses to a container that is connected to it', async () => {
  await fleet.container(here, idOf('c1'), 'web');
  await fleet.onScheduler('move', ({ operation, engine, networks }) => {
    placed.push([engine, networks]);
    return { operation, term: 7, moves: [net()] };
  });
  // The hold ends by itself: nobody waits for its release.
  await fleet.onScheduler('release', () => {
    throw new BaleenError('cluster/busy', 'not now');
  });
  expect((await fleet.ask('POST', '/networks/net/connect', '{"Container":"web"}')).status).toBe(204);
  expect(placed).toEqual([[here, [before]]]);
  expect(calls.slice(0, 2)).toEqual(['node-2: POST /networks/create', `node-1: DELETE /networks/${before}`]);
  expect(calls[2]).toBe(`node-2: POST /networks/${after}/connect`);
});
