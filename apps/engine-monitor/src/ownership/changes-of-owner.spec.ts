import { describe, expect, it } from 'vitest';
import { subjects } from '#contracts';
import { key, leaseTtlMs, MonitorStage, watching } from '../monitor-stage.builders.ts';

describe('a monitor', () => {
  it('takes the engine of a monitor that vanished, and the old owner writes no more', async () => {
    const stage = await watching();
    const before = stage.info?.epoch ?? 0;
    stage.model.disconnect('m1');
    const second = stage.monitor('m2');
    await stage.pass(2 * leaseTtlMs + 1_000);
    expect(second.owned).toEqual([key]);
    expect(stage.info).toMatchObject({ monitor: 'm2', state: 'healthy' });
    expect(stage.info?.epoch).toBeGreaterThan(before);
  });

  it('gives everything back when it stops, so that another takes over at once', async () => {
    const stage = new MonitorStage();
    await stage.list();
    const first = stage.monitor('m1');
    await stage.pass(500);
    await Promise.all([first.stop(), stage.pass(100)]);
    expect(stage.records.has(subjects.lease(`engine.${key}`))).toBe(false);
    const second = stage.monitor('m2');
    await stage.pass(500);
    expect(second.owned).toEqual([key]);
  });

  it('lets a command in flight finish before it gives the engine back', async () => {
    const stage = new MonitorStage();
    await stage.list();
    const first = stage.monitor('m1');
    await stage.pass(500);
    let open: () => void = () => undefined;
    stage.engine.gate = new Promise((resolve) => {
      open = resolve;
    });
    const creating = stage.create('web', 1);
    await stage.pass(10);
    const stopping = first.stop();
    await stage.pass(1_000);
    expect(stage.records.has(subjects.lease(`engine.${key}`))).toBe(true);
    open();
    await Promise.all([stopping, stage.pass(100)]);
    expect((await creating).answer.status).toBe(201);
    expect(stage.containers).toEqual(['web created']);
    expect(stage.records.has(subjects.lease(`engine.${key}`))).toBe(false);
  });

  it('takes what one that died in its goodbye has not given back, as soon as that must be over', async () => {
    const stage = new MonitorStage();
    await stage.list();
    const first = stage.monitor('m1');
    await stage.pass(500);
    const second = stage.monitor('m2');
    await stage.pass(500);
    stage.engine.gate = new Promise(() => undefined);
    const created = Promise.allSettled([stage.create('web', 1)]);
    await stage.pass(10);
    void first.stop();
    await stage.pass(10);
    stage.model.disconnect('m1');
    await stage.pass(9_900);
    expect(second.owned).toEqual([]);
    await stage.pass(300);
    expect(second.owned).toEqual([key]);
    expect(await created).toMatchObject([{ status: 'rejected' }]);
  });
});
