import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryBusModel, openMemoryBus } from '#cluster-bus';
import { MemoryLogModel, openMemoryLog } from '#cluster-log';
import { encodeObject, subjects } from '#contracts';
import { silentLogger } from '#service-shell';
import { engineIdentity, engineRecord, ManualClock } from '#testing';
import { ViewFollower } from '../fleet-view/view-follower.ts';
import { containerFacts, idOf } from '../gateway.builders.ts';
import { gatewayLease } from './gateway-leases.ts';

const key = 'k1';

/** One engine in memory and gateways that follow it; time moves only with `pass`. */
class Stage {
  readonly clock = new ManualClock();
  /** Of followers of the log, while they are held back. */
  readonly #heldBack: (() => void)[] = [];
  #holdsBack = false;
  readonly log = new MemoryLogModel({
    clock: this.clock,
    defer: (deliver) => (this.#holdsBack ? void this.#heldBack.push(deliver) : queueMicrotask(deliver)),
  });
  /** Subjects of the bus whose messages are lost. */
  readonly lost = new Set<string>();
  readonly bus = new MemoryBusModel({
    clock: this.clock,
    fateOf: ({ subject }) => (this.lost.has(subject) ? 'lose' : 'deliver'),
  });
  readonly #writer = openMemoryLog(this.log, 'monitor');

  async discover(): Promise<void> {
    await this.#put(subjects.member(key), { key, address: 'k1:2375', source: 'nodes' });
    await this.#put(subjects.engineInfo(key), engineRecord(key, { identity: engineIdentity('node-1') }));
  }

  gateway(id: string, bus = openMemoryBus(this.bus, id)): ViewFollower {
    const log = openMemoryLog(this.log, id);
    return new ViewFollower({ log, bus, clock: this.clock, logger: silentLogger(), gateway: id });
  }

  async ready(...ids: string[]): Promise<ViewFollower[]> {
    const gateways = ids.map((id) => this.gateway(id));
    await this.pass(5);
    return gateways;
  }

  /** As an engine's owner does: the sequence at which the log has it. */
  container(name: string): Promise<number> {
    const facts = containerFacts(idOf('a1'), name, {});
    return this.#writer.append(
      subjects.container(key, idOf('a1')),
      encodeObject({ epoch: 1, facts, summary: Buffer.from('{}') }),
    );
  }

  cut(id: string): void {
    this.log.disconnect(id);
    this.bus.disconnect(id);
  }

  mend(id: string): void {
    this.log.reconnect(id);
    this.bus.reconnect(id);
  }

  /** From now on followers of the log get nothing, as if they had much to read. */
  holdBack(): void {
    this.#holdsBack = true;
  }

  deliver(): void {
    this.#holdsBack = false;
    for (const deliver of this.#heldBack.splice(0)) deliver();
  }

  pass(ms: number): Promise<void> {
    return this.clock.advanceSettling(ms);
  }

  /** Sampled each ms until the promise settles: what the other gateway says of itself, and how long it took. */
  async until(acknowledged: Promise<unknown>, other: ViewFollower): Promise<{ tookMs: number; wasUpToDate: boolean }> {
    const progress = { isDone: false };
    void acknowledged.then(() => {
      progress.isDone = true;
    });
    const startedMs = this.clock.monotonicMs();
    await this.pass(0);
    while (!progress.isDone) await this.pass(1);
    return { tookMs: this.clock.monotonicMs() - startedMs, wasUpToDate: other.isUpToDate };
  }

  async #put(subject: string, record: unknown): Promise<void> {
    await this.#writer.append(subject, Buffer.from(JSON.stringify(record)));
  }
}

const names = (gateway: ViewFollower) => [...gateway.view.objects('container')].map(({ facts }) => facts.names[0]);

let stage: Stage;
beforeEach(async () => {
  stage = new Stage();
  await stage.discover();
});

describe('the only gateway of a fleet', () => {
  it('answers reads without writing to the log, for as long as it renews its lease', async () => {
    const [gateway] = (await stage.ready('g1')) as [ViewFollower];
    // Also between two renewals, the last one growing old.
    for (let look = 0; look < 50; look++) {
      await stage.pass(100);
      const before = stage.log.lastSequence;
      await gateway.upToDate();
      expect(stage.log.lastSequence - before).toBe(0);
    }
  });

  it('passes a barrier where the view is behind what it acknowledged', async () => {
    const [gateway] = (await stage.ready('g1')) as [ViewFollower];
    void gateway.reached(stage.log.lastSequence + 1_000);
    expect(gateway.isUpToDate).toBe(false);
  });

  it('passes a barrier after it heard what its view may not have, once', async () => {
    const [gateway] = (await stage.ready('g1')) as [ViewFollower];
    gateway.doubt();
    expect(gateway.isUpToDate).toBe(false);
    await gateway.upToDate();
    expect(gateway.isUpToDate).toBe(true);
  });

  it('trusts its view for a second without the log, then waits for it as before', async () => {
    const [gateway] = (await stage.ready('g1')) as [ViewFollower];
    stage.cut('g1');
    await stage.pass(900);
    expect(gateway.isUpToDate).toBe(true);
    await stage.pass(100);
    expect(gateway.isUpToDate).toBe(false);
  });

  it('passes barriers over a log made anew until its view has settled', async () => {
    const [gateway] = (await stage.ready('g1')) as [ViewFollower];
    stage.log.loseEverything();
    await stage.pass(5);
    expect(gateway.isUpToDate).toBe(false);
    await stage.pass(5_000);
    expect(gateway.isUpToDate).toBe(false);
    await stage.discover();
    await stage.pass(5);
    expect(gateway.isUpToDate).toBe(true);
  });
});

describe('a gateway that starts', () => {
  it('is one as soon as the bus takes it', async () => {
    const bus = openMemoryBus(stage.bus, 'g1');
    const serve = bus.serve.bind(bus);
    let refusals = 2;
    bus.serve = (...given) => (refusals-- > 0 ? Promise.reject(new Error('the connection broke')) : serve(...given));
    const gateway = stage.gateway('g1', bus);
    await stage.pass(900);
    expect(gateway.isUpToDate).toBe(false);
    await stage.pass(300);
    expect(gateway.isUpToDate).toBe(true);
  });

  it('acknowledges at once where it is alone', async () => {
    const [gateway] = (await stage.ready('g1')) as [ViewFollower];
    const { tookMs } = await stage.until(gateway.reached(await stage.container('web')), gateway);
    expect(tookMs).toBe(0);
  });

  it('is there for the others once it has read the log, and has forgotten by then who died before it came', async () => {
    const [first] = (await stage.ready('g1')) as [ViewFollower];
    const lease = subjects.lease(gatewayLease('g2'));
    stage.holdBack();
    stage.cut('g1');
    const second = stage.gateway('g2');
    await stage.pass(2_100);
    expect(stage.log.last(lease)).toBeUndefined();
    stage.deliver();
    await stage.pass(5);
    expect(stage.log.last(lease)?.payload).toBeDefined();
    expect([first.isUpToDate, second.isUpToDate]).toEqual([false, true]);
  });

  it('is known to the others before it acknowledges anything', async () => {
    const [first] = (await stage.ready('g1')) as [ViewFollower];
    const second = stage.gateway('g2');
    const acknowledged = stage.container('web').then((sequence) => second.reached(sequence));
    expect(await stage.until(acknowledged, first)).toEqual({ tookMs: 0, wasUpToDate: false });
    await first.upToDate();
    expect(names(first)).toEqual(['web']);
  });

  it('waits for one that sees nothing of it, until that one does not trust its own view any more', async () => {
    const [first] = (await stage.ready('g1')) as [ViewFollower];
    await stage.pass(900);
    stage.cut('g1');
    const second = stage.gateway('g2');
    const acknowledged = stage.container('web').then((sequence) => second.reached(sequence));
    const { tookMs, wasUpToDate } = await stage.until(acknowledged, first);
    expect(wasUpToDate).toBe(false);
    expect(tookMs).toBeLessThanOrEqual(1_200);
  });

  it('waits where its greeting is lost', async () => {
    const [first] = (await stage.ready('g1')) as [ViewFollower];
    stage.lost.add(subjects.gatewayCommand('g1', 'greet'));
    const second = stage.gateway('g2');
    const acknowledged = stage.container('web').then((sequence) => second.reached(sequence));
    expect(await stage.until(acknowledged, first)).toEqual({ tookMs: 1_200, wasUpToDate: false });
  });

  it('at the same time as another knows of it, and is known', async () => {
    const [first, second] = (await stage.ready('g1', 'g2')) as [ViewFollower, ViewFollower];
    expect([first.isUpToDate, second.isUpToDate]).toEqual([false, false]);
    const { tookMs } = await stage.until(first.reached(await stage.container('web')), second);
    expect(tookMs).toBe(0);
  });

  it('is alone once the lease of a dead one has ended', async () => {
    const [first] = (await stage.ready('g1')) as [ViewFollower];
    stage.cut('g1');
    const [second] = (await stage.ready('g2')) as [ViewFollower];
    await stage.pass(1_000);
    expect(second.isUpToDate).toBe(false);
    await stage.pass(1_100);
    expect([first.isUpToDate, second.isUpToDate]).toEqual([false, true]);
  });
});

describe('of two gateways', () => {
  it('one that stops leaves the other alone at once', async () => {
    const [first, second] = (await stage.ready('g1', 'g2')) as [ViewFollower, ViewFollower];
    await stage.pass(1_000);
    await Promise.all([second.stop(), stage.pass(5)]);
    expect(first.isUpToDate).toBe(true);
  });

  it('one whose lease ended greets the other again before it acknowledges', async () => {
    const [first, second] = (await stage.ready('g1', 'g2')) as [ViewFollower, ViewFollower];
    stage.cut('g2');
    await stage.pass(3_000);
    expect(first.isUpToDate).toBe(true);
    stage.mend('g2');
    const acknowledged = stage.container('web').then((sequence) => second.reached(sequence));
    const { wasUpToDate } = await stage.until(acknowledged, first);
    expect(wasUpToDate).toBe(false);
  });

  it('one that was cut off acknowledges what it is late with only when the other has seen it', async () => {
    const [first, second] = (await stage.ready('g1', 'g2')) as [ViewFollower, ViewFollower];
    await stage.pass(1_000);
    const sequence = await stage.container('web');
    await stage.pass(5);
    stage.cut('g2');
    await stage.pass(3_000);
    const { tookMs } = await stage.until(second.reached(sequence), first);
    expect(tookMs).toBe(1_200);
    expect(names(first)).toEqual(['web']);
  });
});
