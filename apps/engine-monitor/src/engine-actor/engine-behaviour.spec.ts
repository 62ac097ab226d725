import { describe, expect, it } from 'vitest';
import type { EngineConflict } from '#contracts';
import { engineIdentity, ManualClock } from '#testing';
import { engineBehaviour } from './engine-behaviour.ts';
import { engineInfo } from './engine-info.ts';
import type { EngineActorState, EngineEffect, EngineMessage, EngineTimer } from './engine-messages.ts';
import { defaultEngineSettings } from './engine-settings.ts';

const owner = { key: 'k', address: '10.0.0.1:2375', epoch: 1, monitor: 'm1', failureLimit: 3 };
const identity = (id = 'ID-1') => engineIdentity('node-1', { id });

type Mood = 'answers' | 'refuses' | 'silent' | 'refuses-lists';

/** The behaviour with an engine whose mood the test sets; time is the clock's. */
/** Readings of all come as often as here, so that the time a test passes is short. */
const settings = { ...defaultEngineSettings, refreshMinMs: 30_000, refreshMaxMs: 60_000 };

class Bench {
  readonly clock = new ManualClock(0);
  readonly behaviour;
  readonly timers = new Map<EngineTimer, () => void>();
  readonly history: string[] = [];
  readonly logs: string[] = [];
  connects = 0;
  mood: Mood;
  engineId = 'ID-1';
  /** Another member that serves the daemon. */
  holder: EngineConflict | undefined;
  withdrawals = 0;
  /** When each reading of all was begun. */
  readonly resyncsAtMs: number[] = [];
  state: EngineActorState;

  constructor(mood: Mood, given = settings) {
    this.behaviour = engineBehaviour(given, '10.0.0.1:2375', 0);
    this.mood = mood;
    const first = this.behaviour.initial();
    this.state = first.state;
    this.perform(first.effects);
  }

  tell(message: EngineMessage): void {
    const outcome = this.behaviour.receive(this.state, message);
    this.state = outcome.state;
    this.perform(outcome.effects);
  }

  get now() {
    return this.clock.nowMs();
  }

  private perform(effects: readonly EngineEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'publish') this.history.push(`${this.now} ${this.state.health} ${this.state.failures}`);
      if (effect.type === 'log') this.logs.push(effect.text);
      if (effect.type === 'schedule') this.schedule(effect.timer, effect.afterMs);
      if (effect.type === 'connect') this.connect(effect.pingTimeoutMs);
      if (effect.type === 'probe') this.probe(effect.timeoutMs);
      if (effect.type === 'resync') this.resync();
      if (effect.type === 'withdraw') this.withdrawals += 1;
      if (effect.type === 'end') for (const cancel of this.timers.values()) cancel();
    }
  }

  private schedule(timer: EngineTimer, afterMs: number): void {
    this.timers.get(timer)?.();
    this.timers.set(
      timer,
      this.clock.after(afterMs, () =>
        this.tell(timer === 'hold' ? { type: 'hold-due', atMs: this.now } : { type: `${timer}-due` }),
      ),
    );
  }

  private connect(timeoutMs: number): void {
    this.connects += 1;
    this.answer(
      timeoutMs,
      () => this.read('connected'),
      (cause, elapsedMs) => this.tell({ type: 'connect-failed', cause, elapsedMs, atMs: this.now }),
    );
  }

  private probe(timeoutMs: number): void {
    this.answer(
      timeoutMs,
      () => this.tell({ type: 'engine-answered', ofProbe: true, atMs: this.now }),
      (cause, elapsedMs) => this.tell({ type: 'engine-failed', cause, elapsedMs, atMs: this.now }),
    );
  }

  private resync(): void {
    this.resyncsAtMs.push(this.now);
    if (this.mood === 'refuses-lists') {
      this.clock.after(1, () => this.tell({ type: 'resync-failed', cause: 'status 500', atMs: this.now }));
      return;
    }
    this.clock.after(1, () => this.read('resynced'));
  }

  private read(type: 'connected' | 'resynced'): void {
    const atMs = this.now;
    if (this.holder !== undefined) this.tell({ type: 'conflicted', conflict: this.holder, cause: 'ID duplicated.', atMs });
    else this.tell({ type, identity: identity(this.engineId), clockDeltaMs: 0, atMs });
  }

  private answer(timeoutMs: number, well: () => void, badly: (cause: string, elapsedMs: number) => void): void {
    if (this.mood === 'silent') this.clock.after(timeoutMs, () => badly('no answer', timeoutMs));
    else if (this.mood === 'refuses') this.clock.after(1, () => badly('connection refused', 1));
    else this.clock.after(1, well);
  }
}

describe('the actor of an engine', () => {
  it('is pending until the first connect has read everything, then healthy', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10);
    expect(bench.history).toEqual(['0 pending 0', '1 healthy 0']);
    expect(bench.state.inventoryComplete).toBe(true);
    expect(bench.logs).toEqual(['Registered Engine node-1 at 10.0.0.1:2375']);
  });

  it('shows the first failure at once and is unhealthy within 10 s of silence', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    bench.mood = 'silent';
    const silentAtMs = bench.now;
    bench.clock.advance(10_000);
    expect(bench.state.health).toBe('unhealthy');
    expect(bench.state.reason).toBe('no answer');
    expect(bench.state.sinceMs - silentAtMs).toBeLessThanOrEqual(8_000);
    expect(bench.history[2]).toMatch(/ healthy 1$/);
  });

  it('is unhealthy within seconds of a refused connection, also when the event stream breaks first', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    bench.mood = 'refuses';
    bench.tell({ type: 'link-broke', cause: 'connection reset', atMs: bench.now });
    bench.clock.advance(3_000);
    expect(bench.state.health).toBe('unhealthy');
    expect(bench.logs).toContain('Flagging engine as unhealthy. Connect failed 3 times: connection refused');
  });

  it('reads everything anew before it is healthy again', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    bench.mood = 'refuses';
    bench.clock.advance(20_000);
    expect(bench.state.health).toBe('unhealthy');
    const connects = bench.connects;
    bench.mood = 'answers';
    bench.clock.advance(defaultEngineSettings.retryMaxMs + 10);
    expect(bench.state).toMatchObject({ health: 'healthy', failures: 0, reason: undefined });
    expect(bench.connects).toBe(connects + 1);
    expect(bench.logs.some((line) => line.startsWith('Engine came back to life after'))).toBe(true);
  });

  it('never rests longer than the bound between attempts on an engine that was never there', () => {
    const bench = new Bench('refuses');
    bench.clock.advance(600_000);
    const before = bench.connects;
    bench.clock.advance(50_000);
    expect(bench.connects - before).toBeGreaterThanOrEqual(50);
    expect(bench.state.health).toBe('pending');
    expect(bench.logs).toEqual(['Failed to validate pending node: connection refused']);
  });

  it('writes the record of an engine that stays away every 10 s, not at each attempt', () => {
    const bench = new Bench('refuses');
    bench.clock.advance(600_000);
    const before = bench.history.length;
    bench.clock.advance(100_000);
    expect(bench.history.length - before).toBeLessThanOrEqual(10);
    expect((bench.state.nextRetryAtMs ?? 0) - bench.now).toBeLessThanOrEqual(defaultEngineSettings.retryMaxMs);
  });

  it('forgets failures at the next answer', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    bench.tell({ type: 'engine-failed', cause: 'timeout', elapsedMs: 5_000, atMs: bench.now });
    expect(bench.state).toMatchObject({ health: 'healthy', failures: 1, reason: 'timeout' });
    bench.clock.advance(10);
    expect(bench.state).toMatchObject({ failures: 0, reason: undefined });
  });

  it('counts the failures of users’ calls, one by one', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    for (const cause of ['refused', 'refused', 'refused'])
      bench.tell({ type: 'engine-failed', cause, elapsedMs: 1, atMs: bench.now });
    expect(bench.state.health).toBe('unhealthy');
  });

  it('reconnects and resyncs after a broken event stream without calling the engine unhealthy', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    bench.tell({ type: 'link-broke', cause: 'reset', atMs: bench.now });
    bench.clock.advance(10);
    expect([bench.connects, bench.state.health, bench.state.link]).toEqual([2, 'healthy', 'up']);
  });

  it('does not spin when the event stream ends as soon as it opens', () => {
    const bench = new Bench('answers');
    bench.clock.advance(2);
    bench.tell({ type: 'link-broke', cause: 'reset', atMs: bench.now });
    bench.clock.advance(900);
    expect(bench.connects).toBe(1);
    bench.clock.advance(200);
    expect(bench.connects).toBe(2);
  });

  it('takes an engine with another identity as it is now', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    bench.engineId = 'ID-2';
    bench.tell({ type: 'link-broke', cause: 'reset', atMs: bench.now });
    bench.clock.advance(10);
    expect([bench.state.health, bench.state.identity?.id]).toEqual(['healthy', 'ID-2']);
    expect(bench.logs.at(-1)).toContain('shows up with another ID: ID-2');
  });

  it('resyncs within its interval and tries again soon after the daemon refused', () => {
    const bench = new Bench('answers');
    bench.mood = 'refuses-lists';
    bench.clock.advance(31_000);
    expect(bench.state).toMatchObject({ health: 'healthy', failures: 0, resyncFailure: 'status 500' });
    bench.mood = 'answers';
    bench.clock.advance(5_000);
    expect(bench.state.resyncFailure).toBeUndefined();
  });

  it('reads all the more seldom the longer the link has stood, down to half of the bound', () => {
    const rests = (refreshMinMs: number, refreshMaxMs: number) => {
      const bench = new Bench('answers', { ...defaultEngineSettings, refreshMinMs, refreshMaxMs });
      bench.clock.advance(150_000);
      return bench.resyncsAtMs.map((atMs, index, all) => Math.round((atMs - (all[index - 1] ?? 0)) / 1_000)).slice(0, 5);
    };
    // The least of what the lot may make of it.
    expect(rests(5_000, 60_000)).toEqual([5, 5, 10, 20, 30]);
    expect(rests(20_000, 20_000)).toEqual([20, 20, 20, 20, 20]);
  });

  it('connects at once when an operator asks', () => {
    const bench = new Bench('refuses');
    bench.clock.advance(60_000);
    bench.mood = 'answers';
    bench.tell({ type: 'connect-due' });
    bench.clock.advance(1);
    expect(bench.state.health).toBe('healthy');
  });

  it('keeps the reason of a resync that failed while pings succeed', () => {
    const bench = new Bench('answers');
    bench.mood = 'refuses-lists';
    bench.clock.advance(33_000);
    expect(engineInfo(owner, bench.state)).toMatchObject({ state: 'healthy', failures: 0, reason: 'status 500' });
  });

  it('stands back for another member that serves its daemon, shows why and when it tries again, and takes over when it may', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    const conflict = { daemonId: 'ID-1', key: 'other', address: '10.0.0.2:2375' };
    bench.holder = conflict;
    bench.clock.advance(30_000);
    expect(bench.withdrawals).toBeGreaterThan(0);
    expect(engineInfo(owner, bench.state)).toMatchObject({ state: 'pending', reason: 'ID duplicated.', conflict });
    expect(bench.state.identity).toBeUndefined();
    expect((bench.state.nextRetryAtMs ?? 0) - bench.now).toBeLessThanOrEqual(defaultEngineSettings.conflictRetryMs);
    expect(bench.logs.filter((line) => line === 'ID duplicated.')).toHaveLength(1);
    bench.holder = undefined;
    bench.clock.advance(defaultEngineSettings.conflictRetryMs);
    expect([bench.state.health, bench.state.conflict]).toEqual(['healthy', undefined]);
  });

  it('says and does nothing more once its lease is lost', () => {
    const bench = new Bench('answers');
    bench.clock.advance(10_000);
    const said = bench.history.length;
    bench.tell({ type: 'lease-lost' });
    bench.tell({ type: 'engine-failed', cause: 'refused', elapsedMs: 1, atMs: bench.now });
    bench.clock.advance(100_000);
    expect([bench.state.health, bench.history.length]).toEqual(['abandoned', said]);
  });
});
