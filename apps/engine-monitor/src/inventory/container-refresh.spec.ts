import { beforeEach, describe, expect, it } from 'vitest';
import { decodeObject, subjects } from '#contracts';
import { ManualClock } from '#testing';
import { type EngineEvent, type EventRefresh, refreshFor } from './event-refresh.ts';
import { Inventory } from './inventory.ts';
import { JsonDaemon } from './json-daemon.builders.ts';
import { RecordPublisher } from './record-publisher.ts';
import { WrittenLog } from './written-log.builders.ts';

const minuteMs = 60_000;

let clock: ManualClock;
let daemon: JsonDaemon;
let inventory: Inventory;
let log: WrittenLog;
let writes: number;
/** What the next write waits for. */
let gate: Promise<void>;

beforeEach(async () => {
  clock = new ManualClock();
  daemon = new JsonDaemon();
  log = new WrittenLog();
  writes = 0;
  gate = Promise.resolve();
  const append = async (subject: string, payload: Uint8Array) => {
    const wait = gate;
    gate = Promise.resolve();
    await wait;
    writes += 1;
    return log.writer.append(subject, payload);
  };
  inventory = new Inventory({
    engine: 'e1',
    epoch: 1,
    records: new RecordPublisher({ ...log.writer, append }),
    reader: () => daemon,
    clock,
    inspections: { take: (wanted) => wanted },
    engineNowMs: () => clock.nowMs(),
    onOdd: () => undefined,
    readAtMs: undefined,
  });
  daemon.run('web', clock.nowMs(), 'Up Less than a second');
  await inventory.readAll();
  clock.advance(5 * minuteMs);
  change({ Status: 'Up 5 minutes' });
  forget();
});

const factsOf = (id: string) => {
  const payload = log.records.get(subjects.container('e1', id));
  return payload && decodeObject('container', payload).facts;
};

function forget(): void {
  daemon.inspected.length = 0;
  daemon.listed.length = 0;
  writes = 0;
}

const change = (row: Record<string, unknown>, id = 'web') => daemon.rows.set(id, { ...daemon.rows.get(id), ...row });
const ended = { State: 'exited', Status: 'Exited (3) Less than a second ago' };
const upAgain = { State: 'running', Status: 'Up Less than a second' };

function told(action: string, id = 'web'): Promise<void> {
  const event: EngineEvent = { type: 'container', action, id, attributes: {} };
  return inventory.refreshSoon(refreshFor(event) as EventRefresh);
}

describe('an event that tells of a container’s state', () => {
  it.each(['kill', 'restart', 'unpause'])('(%s) costs one list request where the list says nothing new', async (action) => {
    await told(action);
    expect([daemon.listed, daemon.inspected, writes]).toEqual([[['web']], [], 0]);
  });

  it('brings an end and the next start by their list entries', async () => {
    change(ended);
    await told('die');
    expect(factsOf('web')).toMatchObject({
      state: 'exited',
      exitCode: 3,
      finishedAtMs: clock.nowMs(),
      resources: { memoryBytes: 512 },
    });
    clock.advance(minuteMs);
    change(upAgain);
    await told('start');
    expect(factsOf('web')).toMatchObject({ state: 'running', startedAtMs: clock.nowMs(), resources: { memoryBytes: 512 } });
    expect([daemon.listed, daemon.inspected]).toEqual([[['web'], ['web']], []]);
  });

  it('has the container inspected where the list says otherwise, and listed again where that was behind', async () => {
    daemon.documents.set('web', {
      ...daemon.documents.get('web'),
      State: { Status: 'exited', ExitCode: 3, FinishedAt: new Date(clock.nowMs()).toISOString() },
    });
    const inspect = daemon.inspectContainer.bind(daemon);
    daemon.inspectContainer = (id) => {
      // The inspection waits until the daemon's list shows the end.
      change(ended);
      return inspect(id);
    };
    await told('die');
    expect(factsOf('web')).toMatchObject({ state: 'exited', exitCode: 3 });
    expect([daemon.listed.length, daemon.inspected]).toEqual([2, ['web']]);
  });

  it('has the container inspected, and listed no more, where the list was further on', async () => {
    await told('die');
    expect([daemon.listed.length, daemon.inspected, factsOf('web')?.state]).toEqual([1, ['web'], 'running']);
  });

  it.each([
    ['publishes ports', { HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '80' }] } } }],
    ['has a health', { State: { Status: 'running', StartedAt: new Date(0).toISOString(), Health: { Status: 'healthy' } } }],
  ])('has one that %s inspected at its end', async (_what, document) => {
    daemon.documents.set('web', { ...daemon.documents.get('web'), ...document });
    await inventory.refresh({ containers: ['web'], images: false, networks: false, volumes: false });
    forget();
    change(ended);
    daemon.documents.set('web', { ...daemon.documents.get('web'), State: { Status: 'exited', ExitCode: 3 } });
    await told('die');
    expect([daemon.inspected, factsOf('web')?.state]).toEqual([['web'], 'exited']);
  });

  it('has one that nobody has read inspected', async () => {
    daemon.run('new', clock.nowMs(), 'Up Less than a second');
    await told('start', 'new');
    expect([daemon.inspected, factsOf('new')?.resources.memoryBytes]).toEqual([['new'], 512]);
  });

  it('removes one that is gone', async () => {
    daemon.rows.clear();
    daemon.documents.clear();
    await told('die');
    expect(log.records.size).toBe(0);
  });

  it('shares one request with the others of its moment', async () => {
    daemon.run('db', clock.nowMs() - 5 * minuteMs, 'Up 5 minutes');
    await inventory.refresh({ containers: ['db'], images: false, networks: false, volumes: false });
    forget();
    await Promise.all([told('kill'), told('kill', 'db')]);
    expect([daemon.listed, daemon.inspected]).toEqual([[['web', 'db']], []]);
  });

  it('writes what was there before while another word is on its way to the log', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    change(ended);
    const end = told('die');
    await clock.advanceSettling(1);
    change({ State: 'running', Status: 'Up 5 minutes' });
    const again = inventory.refresh({ containers: ['web'], images: false, networks: false, volumes: false });
    const start = told('start');
    await clock.advanceSettling(1);
    resolve();
    await Promise.all([end, again, start]);
    expect(factsOf('web')?.state).toBe('running');
  });

  it('is not undone by an older reading that ends later', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const inspect = daemon.inspectContainer.bind(daemon);
    const list = daemon.listContainers.bind(daemon);
    const before = { ...daemon.rows.get('web'), ...ended };
    daemon.inspectContainer = async (id) => {
      await promise;
      return inspect(id);
    };
    const call = inventory.refresh({ containers: ['web'], images: false, networks: false, volumes: false });
    await told('restart');
    daemon.listContainers = async () => [{ id: 'web', summary: Buffer.from(JSON.stringify(before)) }];
    resolve();
    await call;
    daemon.listContainers = list;
    expect([factsOf('web')?.state, writes]).toEqual(['running', 0]);
  });
});
