import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { splitAhead } from '#contracts';
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
let ownChanges: OwnChanges;
let feed: EventFeed;
/** In the order in which they came: events, those ahead of their records with their number; and of which numbers records are there. */
let passed: string[];
let stream: ReturnType<EventFeed['stream']>;
let serial: number;

beforeEach(() => {
  clock = new ManualClock();
  inventory = new Refreshes(clock);
  ownChanges = new OwnChanges(clock);
  passed = [];
  serial = 0;
  gaps = 0;
  busModel = new MemoryBusModel({ clock });
  const bus = openMemoryBus(busModel, 'monitor');
  const gateway = openMemoryBus(busModel, 'gateway');
  gateway.subscribe('event.*', (_subject, payload) => {
    const bytes = Buffer.from(payload);
    const ahead = splitAhead(bytes);
    const event = JSON.parse((ahead?.event ?? bytes).toString()) as { Actor: { ID: string }; baleenLateMs?: number };
    const late = event.baleenLateMs === undefined ? '' : ` late ${event.baleenLateMs}`;
    passed.push(`${event.Actor.ID}${ahead === undefined ? '' : ` ahead ${ahead.serial}`}${late}`);
  });
  gateway.subscribe('settled.*', (_subject, payload) => passed.push(`settled ${Buffer.from(payload).toString()}`));
  feed = new EventFeed({
    engine: 'e1',
    inventory,
    ownChanges,
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
const say = (id: string, { type = 'container', action = 'start', timeNs = 101_000_000_000n + BigInt(++serial) } = {}) =>
  stream.onLine(Buffer.from(`{"Type":"${type}","Action":"${action}","Actor":{"ID":"${id}"},"timeNano":${timeNs}}`));
const settle = () => clock.advanceSettling(1);

describe('events', () => {
  it('of containers leave at once, in their order, and are settled as they have their records', async () => {
    for (const id of ['a', 'b', 'c']) say(id);
    await settle();
    expect(passed.splice(0)).toEqual(['a ahead 1', 'b ahead 2', 'c ahead 3']);
    // Who owns the engine next reads on from what is not in the log yet.
    expect(feed.passedOnNs).toBe(101_000_000_001n);
    inventory.waiting.get('b')?.();
    await settle();
    expect(passed).toEqual(['settled 2']);
    inventory.waiting.get('a')?.();
    await settle();
    expect(passed).toEqual(['settled 2', 'settled 1']);
    expect(feed.passedOnNs).toBe(101_000_000_003n);
  });

  it('of networks wait for their records, and those behind them for their turn', async () => {
    say('net', { type: 'network', action: 'create' });
    say('a');
    await settle();
    expect(passed).toEqual([]);
    inventory.waiting.get('')?.();
    await settle();
    expect(passed).toEqual(['net', 'a ahead 1']);
  });

  it('of volumes hold up those behind them for a second where a driver keeps their list from being read', async () => {
    say('vol', { type: 'volume', action: 'create' });
    say('a');
    await clock.advanceSettling(900);
    expect(passed).toEqual([]);
    await clock.advanceSettling(200);
    // Whoever began to listen meanwhile wants to hear of neither.
    expect(passed).toEqual(['vol late 1000', 'a ahead 1 late 1000']);
  });

  it('of a network that a start of ours joins are not waited for: the start tells of both', async () => {
    ownChanges.begin('start a');
    const joined = '"Actor":{"ID":"n","Attributes":{"container":"a"}}';
    stream.onLine(Buffer.from(`{"Type":"network","Action":"connect",${joined},"timeNano":101000000001}`));
    say('a', { timeNs: 101_000_000_002n });
    await settle();
    expect([passed, inventory.waiting.size]).toEqual([['n', 'a ahead 1'], 0]);
  });

  it('that change no record leave without a number, also behind one that is ahead', async () => {
    say('a');
    say('b', { action: 'top' });
    await settle();
    expect(passed).toEqual(['a ahead 1', 'b']);
  });

  it('do not wait longer than 5 s for a refresh that hangs', async () => {
    say('stuck');
    await clock.advanceSettling(4_999);
    expect(passed).toEqual(['stuck ahead 1']);
    await clock.advanceSettling(2);
    expect(passed.at(-1)).toBe('settled 1');
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
    expect(passed).toEqual(['a late 11000']);
  });

  it('are given up when NATS stays away too long, which is told', async () => {
    busModel.disconnect('monitor');
    for (let event = 0; event < 2_001; event++) say(`s${event}`, { action: 'top' });
    busModel.reconnect('monitor');
    say('later', { action: 'top' });
    await clock.advanceSettling(2_000);
    expect([passed, gaps]).toEqual([['later late 1000'], 1]);
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
    const ahead = Array.from({ length: 512 }, (_, event) => `s${event} ahead ${event + 1}`);
    const rest = Array.from({ length: 1_500 - 512 }, (_, event) => `s${event + 512}`);
    const settled = `settled ${ahead.map((_, event) => event + 1).join(' ')}`;
    expect(passed).toEqual([...ahead, rest[0], settled, ...rest.slice(1)]);
    expect([inventory.waiting.size, inventory.resyncs]).toEqual([513, 1]);
  });

  it('begins with fewer events where they have waited for long already', async () => {
    storm(128);
    await clock.advanceSettling(1_001);
    say('one more');
    await settle();
    expect([passed.length, passed.at(-1)?.split(' ').length, inventory.resyncs]).toEqual([130, 1 + 128, 1]);
  });

  it('is read at most every other second while it lasts, and once more after its end', async () => {
    for (let tenth = 0; tenth < 100; tenth++) {
      storm(100, `${tenth}-`);
      await clock.advanceSettling(100);
    }
    expect(passed.filter((line) => !line.startsWith('settled'))).toHaveLength(10_000);
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
    expect([passed.at(-1), inventory.waiting.has('later')]).toEqual(['later ahead 513', true]);
  });
});
