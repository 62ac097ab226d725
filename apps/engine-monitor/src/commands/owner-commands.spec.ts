import { describe, expect, it } from 'vitest';
import { subjects } from '#contracts';
import { key, leaseTtlMs, MonitorStage, watching } from '../monitor-stage.builders.ts';

/** Longer than the network keeps what was meant for an earlier owner. */
const earlierOwnersTriesMs = 61_000;

describe('a monitor', () => {
  it('asks in the nearest version that the engine speaks, whichever the request names', async () => {
    const stage = await watching();
    const versions: string[] = [];
    for (const wanted of ['1.99', '1.44', '1.12']) {
      const created = stage.create(`op-${wanted}`, 1, wanted);
      await stage.pass(500);
      await created;
      versions.push(stage.engine.versions.at(-1) ?? '');
    }
    expect(versions).toEqual(['1.51', '1.44', '1.24']);
  });

  it('refuses calls to an unhealthy engine at once, naming node and reason', async () => {
    const stage = await watching();
    stage.engine.refuse();
    await stage.pass(5_000);
    const refused = stage.create('op', 1).catch((error: unknown) => error);
    await stage.pass(10);
    expect(await refused).toMatchObject({
      code: 'engine/unhealthy',
      message: expect.stringContaining('unhealthy node node-1: connection refused'),
    });
  });

  it('makes one container of any number of tries of one operation', async () => {
    const stage = await watching();
    const tries = [stage.create('op', 1), stage.create('op', 1)];
    await stage.pass(100);
    const again = stage.create('op', 2);
    await stage.pass(100);
    const containers = (await Promise.all([...tries, again])).map(({ container }) => container);
    expect(new Set(containers).size).toBe(1);
    expect(stage.engine.asked.filter((line) => line.startsWith('POST'))).toEqual(['POST /containers/create?name=op']);
    expect(stage.containers).toEqual(['web running', 'op created']);
  });

  it('asks an engine four times for a create and a start, their events included', async () => {
    const stage = await watching();
    await stage.pass(earlierOwnersTriesMs);
    const events = stage.events();
    const before = stage.asked;
    const creating = stage.create('op', 1, '', false);
    await stage.pass(100);
    const starting = stage.start((await creating).container ?? '');
    await stage.pass(100);
    expect((await starting).answer.status).toBe(204);
    expect([stage.asked - before, stage.containers]).toEqual([4, ['web running', 'op running']]);
    expect(events).toEqual(['create', 'start']);
  });

  it('answers once the record has left, and says behind what to wait for it', async () => {
    const stage = await watching();
    await stage.pass(earlierOwnersTriesMs);
    stage.logFate = { delayMs: 50 };
    const creating = stage.create('op', 1, '', false, true);
    await stage.pass(10);
    const { container = '', awaits } = await creating;
    expect(awaits).toEqual({ container, above: 0 });
    await stage.pass(50);
    const above = stage.model.last(subjects.container(key, container))?.sequence;
    const starting = stage.start(container, true);
    await stage.pass(10);
    expect((await starting).awaits).toEqual({ container, above });
    expect(await Promise.race([stage.start(container).then(() => 'answered'), stage.pass(10).then(() => 'waits')])).toBe('waits');
  });

  it('looks for the container of a first try that an earlier owner may have had', async () => {
    const stage = await watching();
    const made = stage.create('op', 1);
    await stage.pass(100);
    await stage.monitors[0]?.stop();
    stage.monitor('m2');
    await stage.pass(leaseTtlMs * 2);
    const late = stage.create('op', 1, '', false);
    await stage.pass(100);
    expect((await late).container).toBe((await made).container);
    expect(stage.engine.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it('makes no second container of an operation that arrives again after its container was removed', async () => {
    const stage = await watching();
    const first = stage.create('op', 1);
    await stage.pass(100);
    const { container = '' } = await first;
    stage.engine.containers.delete(container);
    const late = stage.create('op', 1);
    await stage.pass(100);
    expect((await late).container).toBe(container);
    expect(stage.engine.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it('refuses the create of a scheduler that leads no more, also one that was accepted and waits', async () => {
    const stage = await watching();
    let open: () => void = () => undefined;
    stage.engine.gate = new Promise((resolve) => (open = resolve));
    const older = stage.create('older', 5).catch((error: unknown) => error);
    await stage.pass(10);
    const newer = stage.create('newer', 6);
    await stage.pass(10);
    open();
    await stage.pass(100);
    expect(await older).toMatchObject({ code: 'engine/stale-term' });
    expect((await newer).answer.status).toBe(201);
  });

  it('knows the leading term from the log when it takes an engine', async () => {
    const stage = new MonitorStage();
    await stage.log.append(subjects.lease('scheduler'), Buffer.from('{"holder":"s1","term":7}'));
    await stage.list();
    stage.monitor('m1');
    await stage.pass(500);
    const late = stage.create('late', 6).catch((error: unknown) => error);
    await stage.pass(10);
    expect(await late).toMatchObject({ code: 'engine/stale-term' });
  });
});
