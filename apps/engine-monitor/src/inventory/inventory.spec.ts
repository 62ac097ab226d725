import { beforeEach, describe, expect, it } from 'vitest';
import { BaleenError, decodeObject, subjects } from '#contracts';
import { containerFacts, containerRow, listedFacts } from '#docker-api';
import { ManualClock } from '#testing';
import type { EngineReader, OnOdd } from './engine-reader.ts';
import { Inventory } from './inventory.ts';
import { RecordPublisher } from './record-publisher.ts';

const badAnswer = () => new BaleenError('engine/bad-answer', 'the engine answered 500');
const timeout = () => new BaleenError('engine/timeout', 'no answer');
const minuteMs = 60_000;

/** A daemon in JSON, with switches for what it does badly. */
class Daemon implements EngineReader {
  readonly rows = new Map<string, Record<string, unknown>>();
  readonly documents = new Map<string, object>();
  readonly inspected: string[] = [];
  readonly broken = new Map<string, () => BaleenError>();
  listFailure: BaleenError | undefined;
  volumesFailure: BaleenError | undefined;
  oddVolume = false;

  run(id: string, startedAtMs: number, status: string): void {
    this.rows.set(id, { Id: id, Names: [`/${id}`], Image: 'app', State: 'running', Status: status, Labels: { a: 'b' } });
    const state = { Status: 'running', StartedAt: new Date(startedAtMs).toISOString() };
    this.documents.set(id, { Id: id, State: state, Config: { Image: 'app' }, HostConfig: { Memory: 512 } });
  }

  async listContainers(id: string | undefined): Promise<{ id: string; summary: Buffer }[]> {
    if (this.listFailure !== undefined) throw this.listFailure;
    const rows = [...this.rows].filter(([key]) => id === undefined || key === id);
    return rows.map(([key, row]) => ({ id: key, summary: Buffer.from(JSON.stringify(row)) }));
  }

  async inspectContainer(id: string): Promise<{ id: string; document: Buffer } | undefined> {
    this.inspected.push(id);
    const failure = this.broken.get(id);
    if (failure !== undefined) throw failure();
    const document = this.documents.get(id);
    return document && { id, document: Buffer.from(JSON.stringify(document)) };
  }

  containerFacts(summary: Buffer, document: Buffer) {
    return containerFacts(summary, document);
  }

  listedFacts(summary: Buffer, nowMs: number, known: Parameters<typeof listedFacts>[2]) {
    return listedFacts(containerRow(summary).value, nowMs, known);
  }

  async list(kind: string, onOdd: OnOdd): Promise<never[]> {
    if (kind === 'volume' && this.volumesFailure !== undefined) throw this.volumesFailure;
    if (kind === 'volume' && this.oddVolume) onOdd('', 'a row without a name');
    return [];
  }
}

let clock: ManualClock;
let daemon: Daemon;
let inventory: Inventory;
let log: Map<string, Uint8Array>;
let odd: string[];

beforeEach(() => {
  clock = new ManualClock();
  daemon = new Daemon();
  log = new Map();
  odd = [];
  inventory = new Inventory({
    engine: 'e1',
    epoch: 1,
    records: new RecordPublisher({
      append: async (subject, payload) => log.set(subject, payload).size,
      delete: async (subject) => Number(log.delete(subject)),
    }),
    reader: () => daemon,
    clock,
    engineNowMs: () => clock.nowMs(),
    onOdd: (kind, id, reason) => odd.push(`${kind} ${id}: ${reason}`),
    readAtMs: undefined,
  });
});

const factsOf = (id: string) => {
  const payload = log.get(subjects.container('e1', id));
  return payload && decodeObject('container', payload).facts;
};

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
    daemon.volumesFailure = badAnswer();
    daemon.rows.delete('web');
    expect((await inventory.resync())?.message).toBe('the engine answered 500');
    expect([factsOf('web'), inventory.readAtMs]).toEqual([undefined, readAtMs]);
    daemon.volumesFailure = undefined;
    expect(await inventory.resync()).toBeUndefined();
    expect(inventory.readAtMs).toBe((readAtMs ?? 0) + minuteMs);
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

  it('trusts nothing after a connect', async () => {
    daemon.run('web', clock.nowMs(), 'Up 1 second');
    await inventory.readAll();
    await inventory.readAll();
    expect(daemon.inspected).toEqual(['web', 'web']);
  });
});
