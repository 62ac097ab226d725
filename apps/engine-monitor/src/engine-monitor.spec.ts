import { describe, expect, it } from 'vitest';
import { callEngine, MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { MemoryLogModel, openMemoryLog } from '#cluster-log';
import { decodeObject, EngineRecord, engineKey, subjects } from '#contracts';
import { silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { defaultEngineSettings } from './engine-actor/engine-settings.ts';
import { ModelEngine } from './engine-actor/model-engine.builders.ts';
import { startMonitor } from './engine-monitor.ts';

const address = '10.0.0.1:2375';
const key = engineKey(address);
const leaseTtlMs = 2_000;

/** A cluster in memory with one model engine; time moves only with `pass`. */
class Stage {
  readonly clock = new ManualClock();
  readonly model = new MemoryLogModel({ clock: this.clock });
  readonly busModel = new MemoryBusModel({ clock: this.clock });
  readonly log = openMemoryLog(this.model, 'spec');
  readonly bus = openMemoryBus(this.busModel, 'spec');
  readonly engine = new ModelEngine();
  readonly records = new Map<string, Uint8Array>();

  constructor() {
    this.log.follow(['>'], {
      onEntry: ({ subject, payload }) => {
        if (payload === undefined) this.records.delete(subject);
        else this.records.set(subject, payload);
      },
      onReset: () => this.records.clear(),
    });
  }

  monitor(instance: string) {
    const monitor = startMonitor({
      log: openMemoryLog(this.model, instance),
      bus: openMemoryBus(this.busModel, instance),
      clock: this.clock,
      randomness: { hex: () => 'ff', fraction: () => 0.5 },
      logger: silentLogger(),
      instance,
      settings: defaultEngineSettings,
      leaseTtlMs,
      connect: () => this.engine.connection(),
    });
    this.monitors.push(monitor);
    return monitor;
  }

  readonly monitors: ReturnType<typeof startMonitor>[] = [];

  /** Actions of the events that are passed on from now on. */
  events(): string[] {
    const actions: string[] = [];
    this.bus.subscribe(subjects.event(key), (_subject, payload) => {
      actions.push((JSON.parse(Buffer.from(payload).toString()) as { Action: string }).Action);
    });
    return actions;
  }

  async list(): Promise<void> {
    const member = Buffer.from(JSON.stringify({ key, address, source: 'nodes' }));
    await this.log.append(subjects.member(key), member);
    await this.log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  }

  pass(ms: number): Promise<void> {
    return this.clock.advanceSettling(ms);
  }

  get info(): EngineRecord | undefined {
    const payload = this.records.get(subjects.engineInfo(key));
    return payload === undefined ? undefined : EngineRecord.parse(JSON.parse(Buffer.from(payload).toString()));
  }

  /** Containers in the log: `name state`. */
  get containers(): string[] {
    const payloads = [...this.records].filter(([subject]) => subject.startsWith(subjects.container(key, '')));
    return payloads
      .map(([, payload]) => decodeObject('container', payload).facts)
      .map(({ names, state }) => `${names[0]} ${state}`);
  }

  create(operation: string, term: number, apiVersion = '') {
    const body = JSON.stringify({ Labels: { 'io.baleen.operation': operation } });
    const request = { operation, term, name: operation, platform: '', apiVersion, body };
    return callEngine(this.bus, key, 'create', request, { timeoutMs: 10_000 });
  }
}

async function watching(): Promise<Stage> {
  const stage = new Stage();
  stage.engine.run('web');
  await stage.list();
  stage.monitor('m1');
  await stage.pass(500);
  return stage;
}

describe('a monitor', () => {
  it('publishes an engine and what it holds', async () => {
    const stage = await watching();
    expect(stage.info).toMatchObject({ state: 'healthy', monitor: 'm1', inventoryComplete: true });
    expect(stage.containers).toEqual(['web running']);
  });

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
    expect(stage.containers).toEqual(['web running', 'op running']);
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
    const stage = new Stage();
    await stage.log.append(subjects.lease('scheduler'), Buffer.from('{"holder":"s1","term":7}'));
    await stage.list();
    stage.monitor('m1');
    await stage.pass(500);
    const late = stage.create('late', 6).catch((error: unknown) => error);
    await stage.pass(10);
    expect(await late).toMatchObject({ code: 'engine/stale-term' });
  });

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
    const stage = new Stage();
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
    const stage = new Stage();
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
    expect(stage.containers).toEqual(['web running']);
    expect(stage.records.has(subjects.lease(`engine.${key}`))).toBe(false);
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

  it('says how old the inventory is at most, and goes on saying so while an engine is away', async () => {
    const stage = await watching();
    const readAtMs = stage.info?.inventoryAtMs ?? 0;
    expect(stage.clock.nowMs() - readAtMs).toBeLessThan(1_000);
    await stage.pass(60_000);
    const laterMs = stage.info?.inventoryAtMs ?? 0;
    expect(laterMs).toBeGreaterThan(readAtMs);
    stage.engine.refuse();
    await stage.pass(60_000);
    expect(stage.info).toMatchObject({ state: 'unhealthy', inventoryAtMs: laterMs });
  });

  it('asks an engine at rest for its lists, and seldom what it is', async () => {
    const stage = await watching();
    const before = stage.engine.identified;
    await stage.pass(12 * 60_000);
    expect(stage.engine.identified - before).toBe(2);
  });
});
