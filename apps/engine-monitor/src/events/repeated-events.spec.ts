import { describe, expect, it } from 'vitest';
import { watching } from '../monitor-stage.builders.ts';

describe('a monitor', () => {
  it('has an engine repeat what happened while its stream was broken, and passes each event on once', async () => {
    const stage = await watching();
    const events = stage.events();
    const id = stage.engine.run('once');
    stage.engine.say('create', id);
    await stage.pass(1_500);
    stage.engine.say('start', id, false);
    stage.engine.breakEvents();
    await stage.pass(2_000);
    stage.engine.say('die', id);
    await stage.pass(10);
    expect(events).toEqual(['create', 'start', 'die']);
  });

  it('tells the next owner where its events were, when it gives an engine back', async () => {
    const stage = await watching();
    const id = stage.engine.run('once');
    stage.engine.say('start', id);
    await stage.pass(500);
    const [first] = stage.monitors;
    await Promise.all([first?.stop(), stage.pass(100)]);
    expect(stage.info?.eventsAtNs).toBe(String(stage.engine.clockNs));
    stage.engine.say('die', id, false);
    const events = stage.events();
    stage.monitor('m2');
    await stage.pass(500);
    expect(events).toEqual(['start', 'die']);
    expect(stage.info?.monitor).toBe('m2');
  });
});
