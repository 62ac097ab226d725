import { expect, it } from 'vitest';
import { type AppendFate, MemoryLogModel, openMemoryLog } from '#cluster-log';
import { BaleenError, engineKey, subjects } from '#contracts';
import type { SourceObserver } from '#discovery-sources';
import { silentLogger } from '#service-shell';
import { ManualClock } from '#testing';
import { MemberKeeper } from './member-keeper.ts';

class Stage {
  readonly clock = new ManualClock();
  readonly model = new MemoryLogModel({ clock: this.clock, fateOf: ({ subject }) => this.#fateOf(subject) });
  /** The next write of this subject never comes. */
  lostOnce: string | undefined;
  readonly changes: string[] = [];
  readonly sources = new Map<string, SourceObserver>();

  constructor() {
    openMemoryLog(this.model, 'spec').follow([subjects.member('*'), subjects.barrier('discovery')], {
      onEntry: ({ subject, payload }) => this.changes.push(`${payload === undefined ? '-' : '+'}${subject}`),
      onReset: () => this.changes.push('reset'),
    });
  }

  /** `sources`: their names; `stage.sources` has each by `instance`, or by `instance source` when there are several. */
  keeper(instance: string, sources: readonly string[] = ['nodes']) {
    return new MemberKeeper({
      log: openMemoryLog(this.model, instance),
      clock: this.clock,
      logger: silentLogger(),
      instance,
      leaseTtlMs: 2_000,
      sources: sources.map((name) => ({
        name,
        start: (observer) => {
          this.sources.set(sources.length === 1 ? instance : `${instance} ${name}`, observer);
          return { stop: () => undefined };
        },
      })),
    });
  }

  #fateOf(subject: string): AppendFate {
    if (subject !== this.lostOnce) return 'deliver';
    this.lostOnce = undefined;
    return 'lose-request';
  }

  /** What was written since the last call. */
  async written(): Promise<string[]> {
    await this.clock.advanceSettling(200);
    return this.changes.splice(0);
  }
}

const member = (address: string) => subjects.member(engineKey(address));
const complete = `+${subjects.barrier('discovery')}`;

it('writes the list, and removes before it adds when it changes', async () => {
  const stage = new Stage();
  stage.keeper('d1');
  stage.sources.get('d1')?.onList(['a:1', 'b:1']);
  expect(await stage.written()).toEqual([`+${member('a:1')}`, `+${member('b:1')}`, complete]);
  stage.sources.get('d1')?.onList(['c:1', 'b:1']);
  expect(await stage.written()).toEqual([`-${member('a:1')}`, `+${member('c:1')}`, complete]);
});

it('writes all the others where one write among many is lost, and that one when it is tried again', async () => {
  const stage = new Stage();
  stage.keeper('d1');
  const addresses = Array.from({ length: 150 }, (_, index) => `e${index}:1`);
  stage.lostOnce = member('e70:1');
  stage.sources.get('d1')?.onList(addresses);
  const first = await stage.written();
  // Those behind its own 64 wait for it.
  expect(first).toEqual(
    addresses
      .slice(0, 128)
      .filter((address) => address !== 'e70:1')
      .map((address) => `+${member(address)}`),
  );
  await stage.clock.advanceSettling(10_000);
  expect(await stage.written()).toEqual([
    `+${member('e70:1')}`,
    ...addresses.slice(128).map((address) => `+${member(address)}`),
    complete,
  ]);
});

it('changes nothing when the source fails', async () => {
  const stage = new Stage();
  stage.keeper('d1');
  stage.sources.get('d1')?.onList(['a:1']);
  await stage.written();
  stage.sources.get('d1')?.onError(new BaleenError('discovery/invalid', 'failed to read'));
  expect(await stage.written()).toEqual([]);
});

it('leaves the writing to the one that holds the lease, and takes over where that one stopped', async () => {
  const stage = new Stage();
  const first = stage.keeper('d1');
  await stage.clock.advanceSettling(10);
  const second = stage.keeper('d2');
  stage.sources.get('d1')?.onList(['a:1', 'b:1']);
  stage.sources.get('d2')?.onList(['b:1', 'c:1']);
  expect(await stage.written()).toEqual([`+${member('a:1')}`, `+${member('b:1')}`, complete]);
  expect([first.active, second.active]).toEqual([true, false]);
  await first.stop();
  expect(await stage.written()).toEqual([`-${member('a:1')}`, `+${member('c:1')}`, complete]);
  expect(second.active).toBe(true);
});

it('waits a moment for all sources, then writes what there is, and completes the list when the last one has listed', async () => {
  const stage = new Stage();
  stage.keeper('d1', ['etcd://s', 'nats']);
  stage.sources.get('d1 nats')?.onList(['nats://x']);
  expect(await stage.written()).toEqual([]);
  await stage.clock.advanceSettling(2_000);
  expect(await stage.written()).toEqual([`+${member('nats://x')}`]);
  stage.sources.get('d1 etcd://s')?.onList(['a:1']);
  expect(await stage.written()).toEqual([`+${member('a:1')}`, complete]);
  stage.sources.get('d1 nats')?.onList([]);
  expect(await stage.written()).toEqual([`-${member('nats://x')}`, complete]);
});

it('keeps the members of a store that is down when another process takes over', async () => {
  const stage = new Stage();
  const first = stage.keeper('d1', ['etcd://s', 'nats']);
  stage.sources.get('d1 etcd://s')?.onList(['a:1']);
  stage.sources.get('d1 nats')?.onList(['nats://x']);
  await stage.written();
  await first.stop();
  stage.keeper('d2', ['etcd://s', 'nats']);
  stage.sources.get('d2 nats')?.onList(['nats://y']);
  await stage.clock.advanceSettling(2_000);
  expect(await stage.written()).toEqual([`-${member('nats://x')}`, `+${member('nats://y')}`]);
});

it('lists everything again after the log was lost', async () => {
  const stage = new Stage();
  stage.keeper('d1');
  stage.sources.get('d1')?.onList(['a:1']);
  await stage.written();
  stage.model.loseEverything();
  await stage.clock.advanceSettling(10_000);
  expect(stage.changes).toContain('reset');
  expect(stage.changes.slice(-2)).toEqual([`+${member('a:1')}`, complete]);
});
