import { describe, expect, it } from 'vitest';
import { MemoryLogModel, openMemoryLog } from '#cluster-log';
import { type MemberRecord, rendezvous, subjects } from '#contracts';
import { silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import type { HeardOfLog } from '../engine-actor/heard-of-log.ts';
import { EngineKeeper, engineLeaseTtlMs } from './engine-keeper.ts';
import { movesInFlightMax } from './moves.ts';

const leaseTtlMs = 2_000;
const leasePrefix = subjects.lease('engine.');

/** Members in memory and monitors whose engines cost nothing; time moves only with `pass`. */
class Stage {
  readonly clock = new ManualClock();
  readonly model = new MemoryLogModel({ clock: this.clock });
  readonly log = openMemoryLog(this.model, 'spec');
  readonly keys: readonly string[];
  /** Owners of each engine in the order of the log, each with its epoch. */
  readonly history = new Map<string, { holder: string; epoch: number }[]>();
  readonly #free = new Set<string>();
  /** What whoever starts an engine was told of the log. */
  readonly heard = new Map<string, HeardOfLog>();
  /** Most engines without an owner at once, since they were all owned. */
  freeMax = 0;
  writes = 0;

  constructor(engines: number) {
    this.keys = Array.from({ length: engines }, (_, index) => `e${index}`);
    this.log.follow([`${leasePrefix}*`], {
      onEntry: ({ subject, payload, sequence }) => {
        this.writes += 1;
        const key = subject.slice(leasePrefix.length);
        if (payload === undefined) this.#free.add(key);
        else this.#free.delete(key);
        this.freeMax = Math.max(this.freeMax, this.#free.size);
        if (payload === undefined) return;
        const { holder, term } = JSON.parse(Buffer.from(payload).toString()) as { holder: string; term?: number };
        if (term === undefined) this.history.set(key, [...(this.history.get(key) ?? []), { holder, epoch: sequence }]);
      },
    });
  }

  async list(): Promise<void> {
    for (const key of this.keys) {
      const member: MemberRecord = { key, address: `${key}:2375`, source: 'nodes' };
      await this.log.append(subjects.member(key), Buffer.from(JSON.stringify(member)));
    }
    await this.log.append(subjects.barrier('discovery'), Buffer.from('{}'));
  }

  /** `startMs`: what reading an engine takes it. */
  monitor(id: string, startMs = 0): EngineKeeper {
    return new EngineKeeper({
      log: openMemoryLog(this.model, id),
      clock: this.clock,
      logger: silentLogger(),
      monitor: id,
      leaseTtlMs,
      start: async ({ key }, _lease, heard) => {
        this.heard.set(key, heard);
        if (startMs > 0) await new Promise<void>((resolve) => this.clock.after(startMs, resolve));
        return { stop: async () => undefined };
      },
    });
  }

  pass(ms: number): Promise<void> {
    return this.clock.advanceSettling(ms);
  }

  owner(key: string): string | undefined {
    return this.history.get(key)?.at(-1)?.holder;
  }
}

async function staged(engines: number): Promise<Stage> {
  const stage = new Stage(engines);
  await stage.list();
  return stage;
}

describe('who starts an engine', () => {
  it('is told whether the log has records of it, and who leads', async () => {
    const stage = await staged(2);
    await stage.log.append(subjects.engineInfo('e1'), Buffer.from('{}'));
    const term = await stage.log.append(subjects.lease('scheduler'), Buffer.from('{"holder":"s1"}'));
    stage.monitor('m1');
    await stage.pass(500);
    expect(stage.heard.get('e0')).toEqual({ isRecorded: false, leadingTerm: term });
    expect(stage.heard.get('e1')).toEqual({ isRecorded: true, leadingTerm: term });
  });
});

describe('monitors that share engines', () => {
  it('settle once when several join within a moment: no engine moves twice', async () => {
    const stage = await staged(60);
    stage.monitor('m1');
    await stage.pass(1_500);
    stage.monitor('m2');
    await stage.pass(400);
    stage.monitor('m3');
    await stage.pass(400);
    stage.monitor('m4');
    await stage.pass(4_000);
    const monitors = ['m1', 'm2', 'm3', 'm4'];
    for (const key of stage.keys) {
      const owners = stage.history.get(key)?.map(({ holder }) => holder) ?? [];
      expect(owners).toEqual(['m1', rendezvous(monitors, key)].filter((owner, index) => index === 0 || owner !== 'm1'));
    }
  });

  it('move a few at a time, so that a slow newcomer keeps few engines waiting', async () => {
    const stage = await staged(100);
    stage.monitor('m1');
    await stage.pass(1_500);
    stage.freeMax = 0;
    const second = stage.monitor('m2', 500);
    await stage.pass(10_000);
    expect(stage.freeMax).toBeLessThanOrEqual(movesInFlightMax);
    expect(second.owned.length).toBe(stage.keys.filter((key) => rendezvous(['m1', 'm2'], key) === 'm2').length);
  });

  it('take over what a dead one owned when its registration ends, however long its leases would last', async () => {
    const stage = await staged(150);
    stage.monitor('m1');
    stage.monitor('m2');
    await stage.pass(6_000);
    stage.model.disconnect('m1');
    await stage.pass(leaseTtlMs + 1_000);
    expect(stage.keys.filter((key) => stage.owner(key) !== 'm2')).toEqual([]);
    for (const owners of stage.history.values()) {
      const epochs = owners.map(({ epoch }) => epoch);
      expect(epochs).toEqual(epochs.toSorted((left, right) => left - right));
    }
  });

  it('let go of everything when their registration ended, and share again once it is back', async () => {
    const stage = await staged(20);
    const first = stage.monitor('m1');
    stage.monitor('m2');
    await stage.pass(4_000);
    const shared = first.owned;
    stage.model.disconnect('m1');
    await stage.pass(leaseTtlMs);
    expect(first.owned).toEqual([]);
    await stage.pass(5_000);
    stage.model.reconnect('m1');
    await stage.pass(5_000);
    expect(first.owned.toSorted()).toEqual(shared.toSorted());
  });

  it('hold their engines without a word: only the registration is renewed', async () => {
    const stage = await staged(200);
    stage.monitor('m1');
    await stage.pass(4_000);
    stage.writes = 0;
    await stage.pass(120_000);
    expect(stage.writes / 120).toBeLessThan(3);
    await stage.pass(engineLeaseTtlMs);
    expect(new Set(stage.keys.map((key) => stage.owner(key)))).toEqual(new Set(['m1']));
    expect(stage.history.get('e0')).toHaveLength(1);
  });
});
