import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { type ClusterLog, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { encodeBatch, encodeObject, subjects } from '#contracts';
import { silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { containerFacts, idOf } from '../gateway.builders.ts';
import { matchContainer } from './lookup/container-lookup.ts';
import { ViewFollower } from './view-follower.ts';

let clock: ManualClock;
let model: MemoryLogModel;
let log: ClusterLog;
let follower: ViewFollower;

beforeEach(() => {
  clock = new ManualClock();
  model = new MemoryLogModel({ clock });
  log = openMemoryLog(model);
  follower = new ViewFollower({
    log: openMemoryLog(model, 'gateway'),
    bus: openMemoryBus(new MemoryBusModel({ clock })),
    clock,
    logger: silentLogger(),
    gateway: 'gateway-1',
  });
});

const put = (subject: string, record: unknown) => log.append(subject, Buffer.from(JSON.stringify(record)));
const member = (key: string) => put(subjects.member(key), { key, address: `${key}:2375`, source: 'nodes' });
const identity = {
  id: 'ID',
  name: 'node-1',
  ip: '',
  cpus: 1,
  memoryBytes: 1,
  labels: {},
  storageDriver: '',
  kernelVersion: '',
  operatingSystem: '',
};
const info = (key: string, changes: object = {}) =>
  put(subjects.engineInfo(key), {
    key,
    address: `${key}:2375`,
    epoch: 1,
    monitor: 'm',
    state: 'healthy',
    failures: 0,
    failureLimit: 3,
    sinceMs: 1,
    updatedAtMs: 1,
    clockDeltaMs: 0,
    inventoryComplete: true,
    identity: {
      ...identity,
      osType: 'linux',
      architecture: '',
      serverVersion: '',
      apiVersion: '1.51',
      minApiVersion: '1.24',
      runtimes: [],
      devices: [],
    },
    ...changes,
  });
const container = (key: string, name: string, epoch = 1, id = idOf('a1')) => {
  const record = { engine: key, epoch, facts: containerFacts(id, name, {}), summary: Buffer.from('{}') };
  return log.append(subjects.container(key, id), encodeObject(record));
};
const batch = (key: string, name: string) => {
  const record = {
    kind: 'container' as const,
    epoch: 1,
    facts: containerFacts(idOf('a1'), name, {}),
    summary: Buffer.from('{}'),
  };
  return log.append(subjects.batch(key, 1), encodeBatch([record]));
};
const names = () => [...follower.view.objects('container')].map(({ facts }) => facts.names[0]);

describe('readiness', () => {
  it('comes once every member has answered or failed', async () => {
    await member('k1');
    await member('k2');
    await info('k1');
    await clock.advanceSettling(1_000);
    expect(follower.isReady).toBe(false);
    await info('k2', { inventoryComplete: false, failures: 1, identity: undefined });
    await clock.advanceSettling(1);
    expect(follower.isReady).toBe(true);
  });

  it('does not wait longer than 15 s for an engine that says nothing', async () => {
    await member('k1');
    await clock.advanceSettling(14_999);
    expect(follower.isReady).toBe(false);
    await clock.advanceSettling(1);
    expect(follower.isReady).toBe(true);
  });
});

describe('a barrier', () => {
  it('shows what was written before it, and shares one append among all who wait', async () => {
    await member('k1');
    await info('k1');
    await clock.advanceSettling(1);
    const before = model.lastSequence;
    await container('k1', 'web');
    await Promise.all(Array.from({ length: 20 }, () => follower.barrier()));
    expect(names()).toEqual(['web']);
    expect(model.lastSequence - before).toBeLessThanOrEqual(3);
  });

  it('lets the last view answer after 2 s without the log', async () => {
    model.disconnect('gateway');
    let passed = false;
    const waiting = follower.barrier().then(() => {
      passed = true;
    });
    await clock.advanceSettling(2_001);
    await waiting;
    expect(passed).toBe(true);
  });
});

describe('a record on its way', () => {
  beforeEach(async () => {
    await member('k1');
    await info('k1');
    await clock.advanceSettling(1);
  });
  const id = idOf('a1');
  const seen = async (above: number, meanwhile: () => Promise<unknown>) => {
    const waiting = follower.hasNext({ engine: 'k1', container: id, above });
    await meanwhile();
    await clock.advanceSettling(1_000);
    return waiting;
  };

  it.each([
    ['a record of the container', () => container('k1', 'web'), true],
    ['its removal', () => log.delete(subjects.container('k1', id)), true],
    ['a record of another', () => container('k1', 'other', 1, idOf('b2')), false],
    ['a record on another engine', () => container('k2', 'web'), false],
    ['a batch that has it', () => batch('k1', 'web'), true],
    ['nothing', () => Promise.resolve(), false],
  ])('is waited for a second: %s', async (_, come, isSeen) => {
    expect(await seen(0, come)).toBe(isSeen);
  });

  it('is the one behind what the log had before', async () => {
    const above = await container('k1', 'web');
    await clock.advanceSettling(1);
    expect(await seen(above, () => Promise.resolve())).toBe(false);
    expect(await seen(above, () => container('k1', 'web'))).toBe(true);
    expect(await follower.hasNext({ engine: 'k1', container: id, above })).toBe(true);
  });

  it('has come, where its container was there and is gone', async () => {
    const above = await container('k1', 'web');
    await container('k1', 'web');
    await log.delete(subjects.container('k1', id));
    await clock.advanceSettling(1);
    expect(await follower.hasNext({ engine: 'k1', container: id, above })).toBe(true);
  });

  it('is seen in a log that was made anew, whatever the last view shows', async () => {
    const old = await container('k1', 'web');
    await clock.advanceSettling(1);
    model.loseEverything();
    await clock.advanceSettling(1);
    const isSeen = seen(0, () => clock.advanceSettling(10));
    expect(old).toBeGreaterThan(0);
    expect(await isSeen).toBe(false);
    expect(await seen(0, () => container('k1', 'web'))).toBe(true);
  });
});

describe('the fold', () => {
  beforeEach(async () => {
    await member('k1');
    await info('k1');
    await container('k1', 'web', 5);
    await clock.advanceSettling(1);
  });

  it('ignores an older owner, however late its words arrive', async () => {
    await container('k1', 'old', 4);
    await clock.advanceSettling(1);
    expect(names()).toEqual(['web']);
  });

  it('forgets the old name of a renamed container', async () => {
    await container('k1', 'other', 5);
    await clock.advanceSettling(1);
    expect(matchContainer(follower.view, 'web')).toBeUndefined();
    expect(matchContainer(follower.view, 'node-1/other')?.facts.id).toBe(idOf('a1'));
  });

  it('passes over a record that breaks its contract', async () => {
    await put(subjects.engineInfo('k1'), { nonsense: true });
    await clock.advanceSettling(1);
    expect(names()).toEqual(['web']);
  });

  it('goes on showing the last view when the stream was made anew, until the fleet has reported again', async () => {
    model.loseEverything();
    await clock.advanceSettling(1_000);
    expect(names()).toEqual(['web']);
    await member('k1');
    await info('k1', { inventoryComplete: false });
    await clock.advanceSettling(1);
    expect(names()).toEqual(['web']);
    await container('k1', 'again');
    await info('k1');
    await clock.advanceSettling(1);
    expect(names()).toEqual(['again']);
  });
});

describe('references to containers', () => {
  it('prefer IDs, then names, then prefixes, and refuse to guess', async () => {
    for (const [key, name] of [
      ['k1', 'node-1'],
      ['k2', 'node-2'],
    ] as const) {
      await member(key);
      await info(key, {
        identity: {
          ...identity,
          name,
          osType: '',
          architecture: '',
          serverVersion: '',
          apiVersion: '',
          minApiVersion: '',
          runtimes: [],
          devices: [],
        },
      });
    }
    await container('k1', 'abc', 1, idOf('abc1'));
    await container('k2', 'abc', 1, idOf('abd2'));
    await container('k2', 'lone', 1, idOf('f00d'));
    await clock.advanceSettling(1);
    const found = (reference: string) => matchContainer(follower.view, reference)?.facts.names[0];
    expect([found('lone'), found('/lone'), found('f0'), found(idOf('f00d').slice(0, 12)), found('none'), found('')]).toEqual([
      'lone',
      'lone',
      'lone',
      'lone',
      undefined,
      undefined,
    ]);
    expect(matchContainer(follower.view, 'node-2/abc')?.facts.id).toBe(idOf('abd2'));
    expect(() => found('abc')).toThrow('ambiguous: it is node-1/abc, node-2/abc');
    expect(() => found('ab')).toThrow('multiple IDs found with provided prefix: ab');
    await info('k1', { state: 'unhealthy' });
    await clock.advanceSettling(1);
    expect(() => found('abc'), 'whoever repeats a name has it no more while its holder is away').toThrow('ambiguous');
  });
});

describe('an engine', () => {
  const isWatched = (key: string) => follower.view.engine(key)?.isWatched;
  const lease = (what: string, holder: string) => put(subjects.lease(what), { holder });
  const settled = () => clock.advanceSettling(1);

  it('is watched as long as the monitor that holds its lease is registered', async () => {
    await lease('monitor.m1', 'm1');
    await member('a');
    await lease('engine.a', 'm1');
    await settled();
    expect(isWatched('a')).toBe(true);
    await log.append(subjects.lease('monitor.m1'), Buffer.from('{"holder":"m1"}'), { ttlMs: 5_000 });
    await clock.advanceSettling(4_999);
    expect(isWatched('a')).toBe(true);
    await clock.advanceSettling(1_000);
    expect([isWatched('a'), follower.view.engine('a')?.unownedSinceMs]).toEqual([false, expect.any(Number)]);
    await lease('monitor.m1', 'm1');
    await settled();
    expect(isWatched('a')).toBe(true);
  });

  it('stays watched while its monitor says goodbye', async () => {
    await lease('monitor.m1', 'm1');
    await lease('engine.a', 'm1');
    await log.delete(subjects.lease('monitor.m1'));
    await settled();
    expect(isWatched('a')).toBe(true);
    await log.delete(subjects.lease('engine.a'));
    await settled();
    expect(isWatched('a')).toBe(undefined);
  });

  it('is not when its holder was gone before the view began, unless that is its agent', async () => {
    await lease('monitor.m2', 'm2');
    for (const [key, holder] of [
      ['a', 'm1'],
      ['b', 'm2'],
      ['c', 'agent-process'],
    ] as const) {
      await put(subjects.member(key), { key, address: key === 'c' ? 'nats://0123456789abcdef' : `${key}:2375`, source: 'nodes' });
      await lease(`engine.${key}`, holder);
    }
    const later = new ViewFollower({
      log: openMemoryLog(model, 'later'),
      bus: openMemoryBus(new MemoryBusModel({ clock })),
      clock,
      logger: silentLogger(),
      gateway: 'gateway-2',
    });
    await settled();
    expect(['a', 'b', 'c'].map((key) => later.view.engine(key)?.isWatched)).toEqual([false, true, true]);
    await lease('monitor.m1', 'm1');
    await settled();
    expect(later.view.engine('a')?.owner).toBe('m1');
    await later.stop();
  });
});
