import { describe, expect, it } from 'vitest';
import { subjects } from '#contracts';
import { key, watching } from './monitor-stage.builders.ts';

describe('a monitor', () => {
  it('publishes an engine and what it holds', async () => {
    const stage = await watching();
    expect(stage.info).toMatchObject({ state: 'healthy', monitor: 'm1', inventoryComplete: true });
    expect(stage.containers).toEqual(['web running']);
  });

  it('deletes the record of a container that is gone when its event comes', async () => {
    const stage = await watching();
    const id = stage.engine.run('once');
    stage.engine.say('start', id);
    await stage.pass(10);
    stage.engine.containers.delete(id);
    stage.engine.say('die', id);
    await stage.pass(10);
    expect(stage.containers).toEqual(['web running']);
  });

  it('has the states right after an engine was away, whatever was missed', async () => {
    const stage = await watching();
    stage.engine.refuse();
    await stage.pass(5_000);
    expect(stage.info).toMatchObject({ state: 'unhealthy', reason: 'connection refused' });
    const web = [...stage.engine.containers.values()][0];
    if (web !== undefined) web.State = 'exited';
    stage.engine.failure = undefined;
    await stage.pass(6_000);
    expect([stage.info?.state, stage.containers]).toEqual(['healthy', ['web exited']]);
  });

  it('deletes what it published of an engine that is listed no more', async () => {
    const stage = await watching();
    await stage.log.delete(subjects.member(key));
    await stage.pass(500);
    expect([stage.info, stage.containers]).toEqual([undefined, []]);
  });

  it('publishes everything again after the log was lost', async () => {
    const stage = await watching();
    const before = stage.info?.epoch ?? 0;
    stage.model.loseEverything();
    await stage.pass(10_000);
    expect(stage.info?.epoch).toBeGreaterThan(before);
    expect([stage.info?.state, stage.containers]).toEqual(['healthy', ['web running']]);
  });

  it('says how old the inventory is at most, and goes on saying so while an engine is away', async () => {
    const stage = await watching();
    const readAtMs = stage.info?.inventoryAtMs ?? 0;
    expect(stage.clock.nowMs() - readAtMs).toBeLessThan(1_000);
    await stage.pass(21 * 60_000);
    const laterMs = stage.info?.inventoryAtMs ?? 0;
    expect(laterMs).toBeGreaterThan(readAtMs);
    stage.engine.refuse();
    await stage.pass(60_000);
    expect(stage.info).toMatchObject({ state: 'unhealthy', inventoryAtMs: laterMs });
  });

  it('asks an engine at rest for its lists, and seldom what it is', async () => {
    const stage = await watching();
    const before = stage.engine.identified;
    await stage.pass(120 * 60_000);
    // After 15, 37 and 82 minutes.
    expect(stage.engine.identified - before).toBe(3);
  });
});
