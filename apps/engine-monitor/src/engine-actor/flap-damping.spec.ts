import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineIdentity, ManualClock } from '#testing';
import { engineBehaviour } from './engine-behaviour.ts';
import { engineInfo } from './engine-info.ts';
import type { EngineActorState, EngineMessage } from './engine-messages.ts';
import { defaultEngineSettings as settings } from './engine-settings.ts';
import { holdMs, noteFlap } from './flap-damping.ts';

const address = '10.0.0.1:2375';
const owner = { key: 'k', address, epoch: 1, monitor: 'm1', failureLimit: settings.failureLimit };

/** An engine whose fate the test speaks; nothing happens by itself but the end of a hold. */
class Flapper {
  readonly clock = new ManualClock();
  behaviour = engineBehaviour(settings, address, this.clock.nowMs());
  cancelHold: () => void = () => undefined;
  state: EngineActorState = this.behaviour.initial().state;

  tell(message: EngineMessage): void {
    const { state, effects } = this.behaviour.receive(this.state, message);
    this.state = state;
    for (const effect of effects) {
      if (effect.type !== 'schedule' || effect.timer !== 'hold') continue;
      this.cancelHold();
      this.cancelHold = this.clock.after(effect.afterMs, () => this.tell({ type: 'hold-due', atMs: this.clock.nowMs() }));
    }
  }

  answers(): void {
    if (this.state.link === 'down') this.tell({ type: 'connect-due' });
    this.tell({ type: 'connected', identity: engineIdentity('node-1'), clockDeltaMs: 0, atMs: this.clock.nowMs() });
  }

  fails(): void {
    const atMs = this.clock.nowMs();
    for (let failure = 0; failure < settings.failureLimit; failure++)
      this.tell({ type: 'engine-failed', cause: 'connection refused', elapsedMs: 1, atMs });
  }

  /** Goes and comes once, a second each. */
  flap(): void {
    this.fails();
    this.clock.advance(1_000);
    this.answers();
    this.clock.advance(1_000);
  }

  handOver(): void {
    const record = engineInfo(owner, this.state);
    this.behaviour = engineBehaviour(settings, address, this.clock.nowMs(), record);
    this.state = this.behaviour.initial().state;
  }
}

function flapper(flaps: number): Flapper {
  const engine = new Flapper();
  engine.answers();
  for (let flap = 0; flap < flaps; flap++) engine.flap();
  return engine;
}

describe('flap damping', () => {
  it('lets the first recoveries pass at once', () => {
    expect(flapper(2).state).toMatchObject({ health: 'healthy', heldUntilMs: undefined });
  });

  it('holds the third until it has answered for 10 s, and says so', () => {
    const engine = flapper(3);
    const held = engineInfo(owner, engine.state);
    expect(held).toMatchObject({ state: 'unhealthy', reason: expect.stringContaining('3 times within 5 minutes') });
    expect(held.nextRetryAtMs).toBe(held.heldUntilMs);
    engine.clock.advance(8_999);
    expect(engine.state.health).toBe('unhealthy');
    engine.clock.advance(1);
    expect(engine.state).toMatchObject({ health: 'healthy', reason: undefined, nextRetryAtMs: undefined });
  });

  it('begins the hold anew when the engine fails meanwhile, and keeps its reason over resyncs and pings', () => {
    const engine = flapper(3);
    engine.tell({ type: 'engine-answered', ofProbe: true, atMs: engine.clock.nowMs() });
    engine.tell({ type: 'resynced', identity: engineIdentity('node-1'), clockDeltaMs: 0, atMs: engine.clock.nowMs() });
    expect(engine.state.reason).toContain('held until');
    engine.fails();
    expect(engine.state).toMatchObject({
      health: 'unhealthy',
      link: 'down',
      heldUntilMs: undefined,
      reason: 'connection refused',
    });
    engine.clock.advance(5_000);
    engine.answers();
    engine.clock.advance(9_999);
    expect(engine.state.health).toBe('unhealthy');
    engine.clock.advance(1);
    expect(engine.state.health).toBe('healthy');
  });

  it('survives a change of owner', () => {
    const engine = flapper(2);
    engine.fails();
    engine.handOver();
    engine.answers();
    expect(engine.state.reason).toContain('held until');
  });

  it('forgets what lies behind the window', () => {
    const engine = flapper(2);
    engine.clock.advance(settings.flapWindowMs);
    engine.flap();
    expect(engine.state.health).toBe('healthy');
  });

  it('holds longer the more often, never longer than its bound', () => {
    const holds = [2, 3, 4, 5, 6, 7, 20].map((flaps) =>
      holdMs(
        settings,
        Array.from({ length: flaps }, () => 0),
        1,
      ),
    );
    expect(holds).toEqual([0, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1_000_000 }), { maxLength: 100 }), (gapsMs) => {
        let atMs = 0;
        let flaps: readonly number[] = [];
        for (const gapMs of gapsMs) flaps = noteFlap(settings, flaps, (atMs += gapMs));
        expect(flaps.length).toBeLessThanOrEqual(16);
        expect(holdMs(settings, flaps, atMs)).toBeLessThanOrEqual(settings.holdMaxMs);
      }),
    );
  });
});
