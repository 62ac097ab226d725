import { beforeEach, describe, expect, it } from 'vitest';
import { BaleenError, subjects } from '#contracts';
import { createdFacts } from '#docker-api';
import { InventoryStage } from './inventory.builders.ts';
import type { Inventory } from './inventory.ts';

const badAnswer = () => new BaleenError('engine/bad-answer', 'the engine answered 500');
const timeout = () => new BaleenError('engine/timeout', 'no answer');
const minuteMs = 60_000;

let stage: InventoryStage;
let clock: InventoryStage['clock'];
let daemon: InventoryStage['daemon'];
let log: InventoryStage['log'];
let odd: InventoryStage['odd'];
let inventory: Inventory;

beforeEach(() => {
  stage = new InventoryStage();
  ({ clock, daemon, log, odd } = stage);
  inventory = stage.inventory();
});

const factsOf = (id: string) => stage.factsOf(id);

describe('a container that cannot be inspected', () => {
  it.each([
    ['an error', badAnswer],
    ['nothing in time while the daemon lives', timeout],
  ])('by %s gets its record from the list, and one warning however often it is read', async (_what, failure) => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    daemon.run('odd', clock.nowMs(), 'Up 5 minutes');
    daemon.broken.set('odd', failure);
    for (let reading = 0; reading < 3; reading++) await inventory.resync();
    expect(factsOf('web')?.resources.memoryBytes).toBe(512);
    expect(factsOf('odd')).toMatchObject({ names: ['odd'], state: 'running', labels: { a: 'b' }, image: 'app' });
    expect(clock.nowMs() - (factsOf('odd')?.startedAtMs ?? 0)).toBe(5 * minuteMs);
    expect(odd).toHaveLength(1);
  });

  it('keeps what an earlier inspection found, and is inspected again at the next reading', async () => {
    daemon.run('odd', clock.nowMs(), 'Up 1 second');
    await inventory.resync();
    daemon.broken.set('odd', badAnswer);
    daemon.rows.set('odd', { Id: 'odd', Names: ['/odd'], State: 'dead', Status: 'Dead' });
    await Promise.all([
      inventory.refresh({ containers: ['odd'], images: false, networks: false, volumes: false }),
      clock.advanceSettling(1_000),
    ]);
    expect(factsOf('odd')).toMatchObject({ state: 'dead', resources: { memoryBytes: 512 } });
    daemon.broken.clear();
    await inventory.resync();
    expect(factsOf('odd')?.state).toBe('running');
    daemon.broken.set('odd', badAnswer);
    await inventory.readAll();
    expect(odd).toHaveLength(2);
  });

  it('by rubbish gets its record from the list', async () => {
    daemon.run('odd', clock.nowMs(), 'Up 1 second');
    daemon.documents.set('odd', { Id: 'odd', State: 'rubbish' });
    await inventory.resync();
    expect(factsOf('odd')?.state).toBe('running');
    expect(odd[0]).toContain('State');
  });

  it('because the daemon is silent fails the reading', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    daemon.broken.set('web', () => {
      daemon.listFailure = timeout();
      return timeout();
    });
    await expect(inventory.resync()).rejects.toMatchObject({ code: 'engine/timeout' });
    expect(inventory.readAtMs).toBeUndefined();
  });

  it('because the daemon fell silent hides nothing that the reading had found before', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    daemon.run('late', clock.nowMs(), 'Up 1 second');
    daemon.broken.set('late', () => {
      daemon.listFailure = timeout();
      return timeout();
    });
    await expect(inventory.resync()).rejects.toMatchObject({ code: 'engine/timeout' });
    daemon.broken.clear();
    daemon.listFailure = undefined;
    await inventory.resync();
    expect([factsOf('web')?.state, factsOf('late')?.state]).toEqual(['running', 'running']);
  });

  it('because it has just gone has no record', async () => {
    daemon.run('gone', clock.nowMs(), 'Up 1 second');
    daemon.documents.delete('gone');
    await inventory.resync();
    expect([factsOf('gone'), odd]).toEqual([undefined, []]);
  });
});

describe('a list that the daemon refuses', () => {
  it('leaves the other kinds read and the age of the inventory honest', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    await inventory.resync();
    const readAtMs = inventory.readAtMs;
    clock.advance(minuteMs);
    daemon.refused.set('network', badAnswer());
    daemon.kindsListed.length = 0;
    daemon.rows.delete('web');
    expect((await inventory.resync())?.message).toBe('the engine answered 500');
    expect([factsOf('web'), inventory.readAtMs]).toEqual([undefined, readAtMs]);
    expect(daemon.kindsListed).toEqual(['network', 'image', 'volume']);
    daemon.refused.clear();
    expect(await inventory.resync()).toBeUndefined();
    expect(inventory.readAtMs).toBe((readAtMs ?? 0) + minuteMs);
  });

  it('makes no reading the first one again: what is inspected bit by bit goes on', async () => {
    daemon.refused.set('volume', badAnswer());
    for (const _reading of ['first', 'second']) {
      await inventory.resync();
      clock.advance(minuteMs);
    }
    daemon.refused.clear();
    for (const _reading of ['third', 'fourth']) {
      await inventory.resync();
      clock.advance(minuteMs);
    }
    expect(stage.restsMs).toEqual([undefined, 0, 0, minuteMs]);
  });

  it('with an odd row is told of once', async () => {
    daemon.oddVolume = true;
    for (let reading = 0; reading < 3; reading++) await inventory.resync();
    expect(odd).toEqual(['volume : a row without a name']);
  });
});

describe('at rest', () => {
  it('inspects nothing, although the words of the status change with time', async () => {
    daemon.run('web', clock.nowMs(), 'Up Less than a second');
    await inventory.readAll();
    clock.advance(5 * minuteMs);
    daemon.rows.set('web', { ...daemon.rows.get('web'), Status: 'Up 5 minutes' });
    await inventory.resync();
    expect(daemon.inspected).toEqual(['web']);
  });

  it('writes a record that the log refused, although its list entry says nothing new', async () => {
    for (const id of ['web', 'db']) daemon.run(id, clock.nowMs(), 'Up Less than a second');
    log.refusal = (subject) => (subject === subjects.container('e1', 'db') ? new Error('no answer from the log') : undefined);
    await expect(inventory.readAll()).rejects.toThrow('no answer from the log');
    expect(factsOf('db')).toBeUndefined();
    log.refusal = () => undefined;
    await inventory.resync();
    expect(factsOf('db')?.state).toBe('running');
  });

  it('inspects a container whose status does not follow from what is known: it was started again', async () => {
    daemon.run('web', clock.nowMs(), 'Up Less than a second');
    await inventory.readAll();
    clock.advance(5 * minuteMs);
    daemon.run('web', clock.nowMs() - 20_000, 'Up 20 seconds');
    await inventory.resync();
    expect(factsOf('web')?.startedAtMs).toBe(clock.nowMs() - 20_000);
  });

  it('inspects a container whose entry changed in anything else', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    await inventory.readAll();
    daemon.rows.set('web', { ...daemon.rows.get('web'), Names: ['/renamed'] });
    await inventory.resync();
    expect(factsOf('web')?.names).toEqual(['renamed']);
  });

  it('inspects nothing again after a connect, unless the list says something new or events may be missing', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    await inventory.readAll();
    await inventory.readAll();
    expect(daemon.inspected).toEqual(['web']);
    inventory.doubt();
    await inventory.readAll();
    await inventory.readAll();
    expect(daemon.inspected).toEqual(['web', 'web']);
  });
});

describe('more containers than may be inspected at once', () => {
  it('have records from the list until their turn comes, a few at each reading', async () => {
    for (const id of ['a', 'b', 'c']) daemon.run(id, clock.nowMs(), 'Up 1 second');
    stage.inspectionsLeft = 1;
    await inventory.readAll();
    expect(daemon.inspected).toEqual(['a']);
    expect([factsOf('a')?.isUnread, factsOf('c')]).toMatchObject([undefined, { isUnread: true, state: 'running' }]);
    stage.inspectionsLeft = 2;
    await inventory.resync();
    expect(daemon.inspected).toEqual(['a', 'b', 'c']);
    expect(factsOf('c')).toMatchObject({ resources: { memoryBytes: 512 } });
    expect(factsOf('c')).not.toHaveProperty('isUnread');
    await inventory.resync();
    expect(daemon.inspected).toHaveLength(3);
  });

  it('go on with what was known of them', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    await inventory.readAll();
    daemon.rows.set('web', { ...daemon.rows.get('web'), State: 'exited', Status: 'Exited (3) 1 second ago' });
    stage.inspectionsLeft = 0;
    await inventory.resync();
    expect(factsOf('web')).toMatchObject({ state: 'exited', exitCode: 3, resources: { memoryBytes: 512 } });
    expect(factsOf('web')).not.toHaveProperty('isUnread');
  });
});

describe('what an earlier owner left', () => {
  it('holds while the list says the same', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    daemon.run('db', clock.nowMs(), 'Up 1 second');
    await inventory.readAll();
    const next = stage.inventory();
    next.adopt((await log.writer.standing()).objects);
    daemon.rows.set('db', { ...daemon.rows.get('db'), Names: ['/other'] });
    daemon.inspected.length = 0;
    await next.readAll();
    expect(daemon.inspected).toEqual(['db']);
  });
});

describe('a container that a call of ours changed', () => {
  const made = createdFacts({ body: '{"Image":"app","HostConfig":{"Memory":77}}', warnings: [], atMs: 0 });
  const created = { Id: 'web', Names: ['/web'], Image: 'app', State: 'created', Status: 'Created', Labels: {} };

  it('is known by what it was made of, and by its list entry once it runs', async () => {
    daemon.rows.set('web', created);
    await inventory.refreshChanged('web', made);
    expect(factsOf('web')).toMatchObject({ state: 'created', resources: { memoryBytes: 77 } });
    const ports = [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 32_768, Type: 'tcp' }];
    daemon.rows.set('web', { ...created, State: 'running', Status: 'Up Less than a second', Ports: ports });
    await inventory.refreshChanged('web');
    expect(factsOf('web')).toMatchObject({ state: 'running', startedAtMs: clock.nowMs(), ports: [{ hostPort: 32_768 }] });
    await inventory.resync();
    expect(daemon.inspected).toEqual([]);
  });

  it('is inspected when it has ended already', async () => {
    daemon.rows.set('web', created);
    await inventory.refreshChanged('web', made);
    daemon.run('web', clock.nowMs(), 'Exited (1) Less than a second ago');
    daemon.rows.set('web', { ...daemon.rows.get('web'), State: 'exited' });
    await inventory.refreshChanged('web');
    expect(daemon.inspected).toEqual(['web']);
  });

  it('is inspected when nothing is known of it', async () => {
    daemon.run('web', clock.nowMs(), 'Up Less than a second');
    await inventory.refreshChanged('web');
    expect(daemon.inspected).toEqual(['web']);
  });
});
