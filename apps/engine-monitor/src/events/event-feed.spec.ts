import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { ManualClock } from '#testing';
import type { EventRefresh } from '../inventory/event-refresh.ts';
import { EventFeed } from './event-feed.ts';
import { OwnChanges } from './own-changes.ts';

/** An inventory whose refreshes end when told; a resync takes a second. */
class Refreshes {
  readonly waiting = new Map<string, () => void>();
  resyncs = 0;
  readonly #clock: ManualClock;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  refreshSoon({ touched }: Pick<EventRefresh, 'touched'>): Promise<void> {
    return new Promise((resolve) => this.waiting.set(touched.containers[0] ?? '', resolve));
  }

  resync(): Promise<undefined> {
    this.resyncs += 1;
    return new Promise((resolve) => this.#clock.after(1_000, () => resolve(undefined)));
  }
}

let clock: ManualClock;
let busModel: MemoryBusModel;
let gaps: number;
let inventory: Refreshes;
let feed: EventFeed;
let passed: string[];
let stream: ReturnType<EventFeed['stream']>;
let serial: number;

beforeEach(() => {
  clock = new ManualClock();
  inventory = new Refreshes(clock);
  passed = [];
  serial = 0;
  gaps = 0;
  busModel = new MemoryBusModel({ clock });
  const bus = openMemoryBus(busModel, 'monitor');
  openMemoryBus(busModel, 'gateway').subscribe('event.*', (_subject, payload) => {
    const event = JSON.parse(Buffer.from(payload).toString()) as { Actor: { ID: string }; baleenLateMs?: number };
    passed.push(event.baleenLateMs === undefined ? event.Actor.ID : `${event.Actor.ID} late ${event.baleenLateMs}`);
  });
  feed = new EventFeed({
    engine: 'e1',
    inventory,
    ownChanges: new OwnChanges(clock),
    bus,
    clock,
    passedOnNs: undefined,
    onRefreshFailed: () => undefined,
    onIdentityStale: () => undefined,
    onGap: () => (gaps += 1),
  });
  stream = feed.stream();
  stream.onOpened(100_000_000_000n);
});

/** An event 101 s or more by the daemon's clock, unless said otherwise. */
const say = (id: string, { action = 'start', timeNs = 101_000_000_000n + BigInt(++serial) } = {}) =>
  stream.onLine(Buffer.from(`{"Type":"container","Action":"${action}","Actor":{"ID":"${id}"},"timeNano":${timeNs}}`));
const settle = () => clock.advanceSettling(1);

describe('events', () => {
  it('leave in their order, each after its records', async () => {
    for (const id of ['a', 'b', 'c']) say(id);
    inventory.waiting.get('b')?.();
    await settle();
    expect(passed).toEqual([]);
    inventory.waiting.get('a')?.();
    await settle();
    expect(passed).toEqual(['a', 'b']);
    expect(feed.passedOnNs).toBe(101_000_000_002n);
  });

  it('do not wait longer than 5 s for a refresh that hangs', async () => {
    say('stuck');
    await clock.advanceSettling(4_999);
    expect(passed).toEqual([]);
    await clock.advanceSettling(2);
    expect(passed).toEqual(['stuck']);
  });

  it('that a daemon repeats wait for the reading of all and say how late they are', async () => {
    say('old', { timeNs: 97_000_000_000n });
    await settle();
    expect([passed, inventory.waiting.size]).toEqual([[], 0]);
    await clock.advanceSettling(999);
    feed.readingEnded();
    await settle();
    expect(passed).toEqual(['old late 4000']);
  });

  it('wait while NATS is away and until gateways listen again', async () => {
    busModel.disconnect('monitor');
    say('a', { action: 'top' });
    await clock.advanceSettling(10_000);
    busModel.reconnect('monitor');
    await clock.advanceSettling(900);
    expect([passed, feed.passedOnNs]).toEqual([[], 100_000_000_000n]);
    await clock.advanceSettling(200);
    expect(passed).toEqual(['a']);
  });

  it('are given up when NATS stays away too long, which is told', async () => {
    busModel.disconnect('monitor');
    for (let event = 0; event < 2_001; event++) say(`s${event}`, { action: 'top' });
    busModel.reconnect('monitor');
    say('later', { action: 'top' });
    await clock.advanceSettling(2_000);
    expect([passed, gaps]).toEqual([['later'], 1]);
  });

  it('are drained when the last has left', async () => {
    say('a');
    let isDrained = false;
    void feed.drained().then(() => (isDrained = true));
    await settle();
    expect(isDrained).toBe(false);
    inventory.waiting.get('a')?.();
    await settle();
    expect(isDrained).toBe(true);
  });
});

describe('a storm of events', () => {
  const storm = (events: number, name = 's') => {
    for (let event = 0; event < events; event++) say(`${name}${event}`);
  };

  it('leaves at once, whole and in order, and is followed by a reading of all', async () => {
    storm(1_500);
    await settle();
    expect(passed).toEqual(Array.from({ length: 1_500 }, (_, event) => `s${event}`));
    expect([inventory.waiting.size, inventory.resyncs]).toEqual([513, 1]);
  });

  it('begins with fewer events where they have waited for long already', async () => {
    storm(128);
    await clock.advanceSettling(1_001);
    say('one more');
    await settle();
    expect([passed.length, inventory.resyncs]).toEqual([129, 1]);
  });

  it('is read at most every other second while it lasts, and once more after its end', async () => {
    for (let tenth = 0; tenth < 100; tenth++) {
      storm(100, `${tenth}-`);
      await clock.advanceSettling(100);
    }
    expect(passed).toHaveLength(10_000);
    const during = inventory.resyncs;
    expect(during).toBeGreaterThanOrEqual(4);
    expect(during).toBeLessThanOrEqual(6);
    await clock.advanceSettling(10_000);
    expect(inventory.resyncs).toBeLessThanOrEqual(during + 2);
  });

  it('over, leaves single events to their refreshes again', async () => {
    storm(600);
    await clock.advanceSettling(5_000);
    say('later');
    await settle();
    expect([passed.length, inventory.waiting.has('later')]).toEqual([600, true]);
    inventory.waiting.get('later')?.();
    await settle();
    expect(passed.at(-1)).toBe('later');
  });
});
