import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaleenError, labels } from '#contracts';
import { answerOf, idOf, TestFleet } from '../../gateway.builders.ts';

let fleet: TestFleet;
let engine: string;
let released: string[];
const pulls: string[] = [];
const pullsFine = { body: '{"status":"Pulling","id":"layer1"}\n' };
let pullAnswer: { status?: number; body: string };

beforeEach(async () => {
  released = [];
  pulls.length = 0;
  pullAnswer = pullsFine;
  fleet = await TestFleet.open();
  engine = await fleet.node('node-1', {
    daemon: ({ path }) => (path.startsWith('/images/create') ? (pulls.push(path), pullAnswer) : undefined),
  });
  await fleet.onScheduler('release', ({ operation }) => (released.push(operation), { released: true }));
  await fleet.onEngine(engine, 'refresh', async () => ({ sequence: await fleet.put('barrier.gateway-1', {}) }));
});
afterEach(() => fleet.close());

const create = (query = '', body = '{"Image":"busybox","Unknown":{"kept":1}}') =>
  fleet.ask('POST', `/v1.51/containers/create${query}`, body);
const grants = (key = () => engine) =>
  fleet.onScheduler('place', ({ operation }) => ({ operation, engine: key(), node: 'node', term: 7, devices: [] }));

/** An engine that creates, with its record in the log before it answers, as the actor does. */
const creates = (key: string, bodies: Record<string, unknown>[] = []) =>
  fleet.onEngine(key, 'create', async ({ body, name }) => {
    bodies.push(JSON.parse(body) as Record<string, unknown>);
    const sequence = await fleet.container(key, idOf('c1'), name);
    return { answer: answerOf(201, { Id: idOf('c1'), Warnings: ['mind the gap'] }), container: idOf('c1'), sequence };
  });

describe('a create', () => {
  it('answers what the engine answered, and the list shows the container at once', async () => {
    const bodies: Record<string, unknown>[] = [];
    await grants();
    await creates(engine, bodies);
    const answer = await create('?name=web');
    expect([answer.status, answer.json()]).toEqual([201, { Id: idOf('c1'), Warnings: ['mind the gap'] }]);
    expect((await fleet.list('/containers/json')).map((row) => row['Names'])).toEqual([['/node-1/web']]);
    expect(bodies[0]).toMatchObject({ Image: 'busybox', Unknown: { kept: 1 } });
    const own = bodies[0]?.['Labels'] as Record<string, string>;
    expect(own[labels.swarmId]).toMatch(/^[0-9a-f]{64}$/);
    expect(own[labels.originalRequest]).toBe('');
    expect(released).toEqual([]);
  });

  it("gives a container that mounts Docker's socket the fleet where the operator says how to reach it", async () => {
    await fleet.close();
    fleet = await TestFleet.open({ dockerSocket: 'tcp://fleet.example:2375' });
    engine = await fleet.node('node-1');
    const bodies: Record<string, unknown>[] = [];
    await grants();
    await creates(engine, bodies);
    expect((await create('?name=web', '{"Image":"ryuk","HostConfig":{"Binds":["/var/run/docker.sock:/s"]}}')).status).toBe(201);
    expect(bodies[0]).toMatchObject({ HostConfig: { Binds: [] }, Env: ['DOCKER_HOST=tcp://fleet.example:2375'] });
  });

  it('is placed by the constraints of its header as by those of its label, and keeps them in that', async () => {
    const [bodies, asked]: [Record<string, unknown>[], unknown[]] = [[], []];
    await fleet.onScheduler('place', ({ operation, request }) => {
      asked.push(request.constraints);
      return { operation, engine, node: 'node', term: 7, devices: [] };
    });
    await creates(engine, bodies);
    const headers = { 'content-type': 'application/json', 'x-baleen-constraint': 'zone==attic' };
    const body = '{"Image":"busybox","Env":["A=1","constraint:disk==ssd"],"labels":{"a":"b"}}';
    expect((await fleet.askWith(headers, 'POST', '/containers/create?name=web', body)).status).toBe(201);
    expect(asked).toEqual([['zone==attic', 'disk==ssd']]);
    expect(bodies[0]).toMatchObject({ Env: ['A=1'], Labels: { a: 'b', [labels.constraints]: '["zone==attic","disk==ssd"]' } });
  });

  it("refuses one that mounts Docker's socket where the operator wants that", async () => {
    await fleet.close();
    fleet = await TestFleet.open({ dockerSocket: 'refuse' });
    await fleet.node('node-1');
    const answer = await create('', '{"Image":"ryuk","HostConfig":{"Binds":["/var/run/docker.sock:/s"]}}');
    expect([answer.status, answer.json()]).toEqual([403, { message: expect.stringContaining('DOCKER_HOST') }]);
  });

  it('waits for a leader instead of failing', async () => {
    await creates(engine);
    const answering = create('?name=web');
    // The time without a leader is the subject.
    await new Promise((resolve) => {
      setTimeout(resolve, 120);
    });
    await grants();
    expect((await answering).status).toBe(201);
  });

  it('is placed again when the leader changed before the engine took it', async () => {
    await creates(engine);
    const stale = await fleet.node('node-2');
    await fleet.onEngine(stale, 'create', () => {
      throw new BaleenError('engine/stale-term', 'an older term');
    });
    const order = [stale, engine];
    await grants(() => order.shift() ?? engine);
    expect((await create('?name=web')).status).toBe(201);
    // The same operation went on: the reservation is still its own.
    expect(released).toEqual([]);
  });

  it('is refused with 409 for a taken name and gives the reservation back', async () => {
    await fleet.onScheduler('place', () => {
      throw new BaleenError('placement/name-taken', 'Conflict: The name web is already assigned.');
    });
    const answer = await create('?name=web');
    expect([answer.status, answer.json()]).toEqual([409, { message: 'Conflict: The name web is already assigned.' }]);
  });

  it.each([
    ['garbage', '', '{"Image":', 400],
    ['an invalid name', '?name=-a', '{"Image":"busybox"}', 400],
    ['an array', '', '[]', 400],
  ])('refuses %s before anything is placed', async (_, query, body, status) => {
    expect((await create(query, body)).status).toBe(status);
  });

  it('refuses a body that is too large', async () => {
    const answer = await create('', 'x'.repeat(17 * 1024 * 1024));
    expect(answer.status).toBe(413);
  });

  it('passes the engine’s refusal on and releases what was reserved', async () => {
    await grants();
    const refusal = answerOf(400, { message: 'invalid something' });
    await fleet.onEngine(engine, 'create', () => ({ answer: refusal, sequence: 1 }));
    const answer = await create();
    expect([answer.status, answer.json()]).toEqual([400, { message: 'invalid something' }]);
    expect(released).toHaveLength(1);
  });
});

describe('an image that the chosen engine lacks', () => {
  const missing = answerOf(404, { message: 'No such image: busybox:latest' });

  it('is left to the client when nobody has it; the client’s pull then goes to that engine alone', async () => {
    const other: string[] = [];
    await fleet.node('node-2', { daemon: ({ path }) => (other.push(path), pullsFine) });
    await grants();
    await fleet.onEngine(engine, 'create', () => ({ answer: missing, sequence: 1 }));
    expect((await create()).status).toBe(404);
    const pull = await fleet.ask('POST', '/images/create?fromImage=docker.io/library/busybox&tag=latest');
    expect([pull.status, pull.text.trim()]).toEqual([200, '{"status":"Pulling","id":"layer1"}']);
    expect([pulls.length, other.length]).toEqual([1, 0]);
  });

  it('is pulled by the engines that can, also when one of them garbles its report', async () => {
    await fleet.node('node-2', { daemon: () => ({ body: '{"status":"Pull' }) });
    const pull = await fleet.ask('POST', '/images/create?fromImage=busybox&tag=latest');
    expect(pull.status).toBe(200);
    expect(pull.text).toContain('Pull failed: node node-2 broke off its report of the pull');
    expect(pull.text).not.toContain('"error"');
  });

  /** The chosen engine refuses until it was asked once, and then creates. */
  const createsAtTheSecondTry = async (bodies: string[] = []) => {
    await grants();
    await fleet.onEngine(engine, 'create', async ({ body }) => {
      if (bodies.push(body) === 1) return { answer: missing, sequence: 1 };
      return { answer: answerOf(201, { Id: idOf('c1') }), sequence: await fleet.container(engine, idOf('c1'), 'web') };
    });
  };
  const digest = `busybox@sha256:${'d'.repeat(64)}`;

  it('is pulled there by its digest when another engine has it from a registry, and gets its name', async () => {
    const second = await fleet.node('node-2');
    await fleet.image(second, 'sha256:1', ['busybox:latest'], 1, [digest]);
    const tags: string[] = [];
    await fleet.onEngine(engine, 'call', ({ path }) => (tags.push(path), { answer: answerOf(201), sequence: 1 }));
    await createsAtTheSecondTry();
    expect((await create()).status).toBe(201);
    expect(pulls).toEqual([`/images/create?fromImage=${encodeURIComponent(digest)}`]);
    expect(tags).toEqual([`/images/${digest}/tag?repo=busybox&tag=latest`]);
  });

  it.each([
    ['by its tag', 'busybox', 'busybox:latest', 'busybox'],
    ['by its ID', '1', 'sha256:1', '1'],
    ['and named by its ID when its digest was asked for', digest, 'sha256:1', 'sha256:1'],
  ])('is copied %s when no registry gives it', async (_, image, saved, named) => {
    const calls: string[] = [];
    pullAnswer = { status: 500, body: '{"message":"no registry"}' };
    const daemon = ({ path }: { path: string }) => {
      calls.push(path);
      if (path.startsWith('/images/create')) return pullAnswer;
      return { body: path.includes('/load') ? '{"stream":"Loaded image ID: sha256:1\\n"}' : 'tar' };
    };
    const second = await fleet.node('node-2', { daemon });
    const target = await fleet.node('node-3', { daemon });
    await fleet.onEngine(target, 'refresh', async () => ({ sequence: await fleet.put('barrier.gateway-1', {}) }));
    await fleet.onEngine(target, 'call', () => ({ answer: answerOf(201), sequence: 1 }));
    await fleet.image(second, 'sha256:1', ['busybox:latest'], 1, image === digest ? [digest] : []);
    engine = target;
    const bodies: string[] = [];
    await createsAtTheSecondTry(bodies);
    expect((await create('', JSON.stringify({ Image: image }))).status).toBe(201);
    expect(calls).toContain(`/images/${saved}/get`);
    expect(calls).toContain('/images/load?quiet=1');
    expect(bodies.map((body) => (JSON.parse(body) as { Image: string }).Image)).toEqual([image, named]);
  });

  it('leads to its holders when it cannot be brought', async () => {
    const second = await fleet.node('node-2');
    await fleet.image(second, 'sha256:1', ['busybox:latest']);
    const only: string[][] = [];
    await fleet.onScheduler('place', (request) => {
      only.push(request.only);
      return { operation: request.operation, engine: request.only[0] ?? engine, node: 'node', term: 7, devices: [] };
    });
    await fleet.onEngine(engine, 'create', () => ({ answer: missing, sequence: 1 }));
    await creates(second);
    expect((await create()).status).toBe(201);
    expect(only).toEqual([[], [second]]);
  });

  it.each([
    ['its own name alone', 'busybox:latest', [[]]],
    ['a name of another image, too', 'team-b/web:1', [[], ['its holder']]],
  ])('is taken from a holder whose archive has %s, or not', async (_, also, expected) => {
    const daemon = ({ path }: { path: string }) => {
      const report = ['busybox:latest', also].map((name) => JSON.stringify({ stream: `Loaded image: ${name}\n` }));
      return { body: path.includes('/load') ? report.join('\n') : 'tar' };
    };
    const [holder, target] = [await fleet.node('node-2', { daemon }), await fleet.node('node-3', { daemon })];
    await fleet.onEngine(target, 'refresh', async () => ({ sequence: await fleet.put('barrier.gateway-1', {}) }));
    await fleet.image(holder, 'sha256:1', ['busybox:latest']);
    engine = target;
    await createsAtTheSecondTry();
    const only: string[][] = [];
    await fleet.onScheduler('place', (request) => {
      only.push(request.only.map((key) => (key === holder ? 'its holder' : key)));
      return { operation: request.operation, engine: request.only[0] ?? engine, node: 'node', term: 7, devices: [] };
    });
    await creates(holder);
    expect((await create()).status).toBe(201);
    expect(only).toEqual(expected);
  });

  it.each([
    ['is brought when the chosen engine has an older image under its name', '2026-01-02T00:00:00Z', true],
    ['is not when another engine says that it gave the name in a time to come', '2099-01-01T00:00:00Z', false],
  ])('%s', async (_, namedAt, isBrought) => {
    const calls: string[] = [];
    const daemon = ({ path }: { path: string }) => {
      calls.push(path);
      const Metadata = { LastTagTime: path.includes('sha256:2') ? namedAt : '0001-01-01T00:00:00Z' };
      if (path.endsWith('/json')) return { body: JSON.stringify({ Metadata }) };
      return { body: path.includes('/load') ? '{"stream":"Loaded image: busybox:latest\\n"}' : 'tar' };
    };
    const [own, other] = [await fleet.node('node-3', { daemon }), await fleet.node('node-2', { daemon })];
    await fleet.onEngine(own, 'refresh', async () => ({ sequence: await fleet.put('barrier.gateway-1', {}) }));
    await fleet.image(own, 'sha256:1', ['busybox:latest'], 5_000);
    await fleet.image(other, 'sha256:2', ['busybox:latest'], 4_000);
    await grants(() => own);
    await creates(own);
    expect((await create()).status).toBe(201);
    const copying = calls.filter((path) => !path.endsWith('/json'));
    expect(copying).toEqual(isBrought ? ['/images/busybox:latest/get', '/images/load?quiet=1'] : []);
  });
});
