import { describe, expect, it } from 'vitest';
import { ManualClock } from '#testing';
import type { Lease } from '../log.ts';
import { openMemoryLog } from '../memory/memory-log.ts';
import { type AppendFate, MemoryLogModel } from '../memory/memory-log-model.ts';
import { acquireLease } from './acquire-lease.ts';
import { contend } from './contend.ts';
import { renewalIntervalMs, renewalRestMs } from './held-lease.ts';

const ttlMs = 2_000;

function world() {
  const clock = new ManualClock();
  const faults = { fate: 'deliver' as AppendFate };
  const model = new MemoryLogModel({ clock, fateOf: () => faults.fate });
  const logOf = (handle: string) => openMemoryLog(model, handle);
  async function settled<T>(pending: Promise<T>): Promise<T> {
    await clock.advanceSettling(0);
    return pending;
  }
  const take = (handle: string) => settled(acquireLease(logOf(handle), clock, 'scheduler', { ttlMs, holder: handle }));
  /** A contender that writes down what happens to it. */
  function stand(handle: string, told: string[], fraction = () => 0.5) {
    return contend(
      logOf(handle),
      clock,
      'scheduler',
      { ttlMs, holder: handle, fraction },
      { onHeld: () => told.push(`${handle} leads`), onLost: () => told.push(`${handle} lost`) },
    );
  }
  return { clock, faults, model, take, stand, settled };
}

describe('a lease', () => {
  it('is renewed several times per TTL, and at least at its third', () => {
    expect([1_000, 1_800, 2_000, 6_000].map(renewalIntervalMs)).toEqual([1_000 / 3, 300, 2_000 / 6, 1_000]);
  });

  it('rests for half of its time after a renewal when it is long, and tries more often when one fails', async () => {
    expect([5_000, 29_999, 30_000, 600_000].map(renewalRestMs)).toEqual([5_000 / 3, 29_999 / 3, 15_000, 300_000]);
    const { clock, faults, model, settled } = world();
    const options = { ttlMs: 60_000, holder: 'a' };
    const lease = (await settled(acquireLease(openMemoryLog(model, 'a'), clock, 'engine', options))) as Lease;
    const sequences = new Set<number>();
    for (let second = 0; second < 100; second++) {
      await clock.advanceSettling(1_000);
      sequences.add(lease.fence().sequence);
    }
    // Taken at 0, renewed at 10 (from then on with its term), 40, 70 and 100 s.
    expect(sequences.size).toBe(5);
    faults.fate = 'lose-request';
    await clock.advanceSettling(45_000);
    expect(lease.held).toBe(true);
    faults.fate = 'deliver';
    await clock.advanceSettling(7_000);
    expect([lease.held, lease.fence().sequence > Math.max(...sequences)]).toEqual([true, true]);
    await lease.release();
  });

  it('steps down 0.9 TTL after the last renewal that was sent and succeeded, before anybody else can win', async () => {
    const { clock, model, take } = world();
    const lease = (await take('a')) as Lease;
    await clock.advanceSettling(1_000);
    model.disconnect('a');
    const told: string[] = [];
    lease.lost.addEventListener('abort', () => told.push(`lost at ${clock.monotonicMs()}`));
    await clock.advanceSettling(1_600);
    expect([lease.held, await take('b')]).toEqual([true, undefined]);
    await clock.advanceSettling(1_000);
    // The last renewal was sent at 1,000 (every 333.3 ms); 0.9 of 2,000 later it is over.
    expect(told).toHaveLength(1);
    expect(Number(told[0]?.replace('lost at ', ''))).toBeLessThanOrEqual(2_800);
    expect(lease.held).toBe(false);
    expect((await take('b'))?.term).toBeGreaterThan(lease.term);
  });

  it('is stood for again and again by who does not have it, and by nobody else', async () => {
    const { clock, stand } = world();
    let drawn = { a: 0, b: 0 };
    const draws = (handle: 'a' | 'b') => () => {
      drawn = { ...drawn, [handle]: drawn[handle] + 1 };
      return 0.5;
    };
    const told: string[] = [];
    const first = stand('a', told, draws('a'));
    await clock.advanceSettling(10);
    const second = stand('b', told, draws('b'));
    await clock.advanceSettling(10_000);
    expect([told, drawn]).toEqual([['a leads'], { a: 1, b: 21 }]);
    await Promise.all([first.stop(), clock.advanceSettling(10)]);
    await clock.advanceSettling(10_000);
    expect([told, drawn]).toEqual([['a leads', 'b leads'], { a: 1, b: 21 }]);
    await Promise.all([second.stop(), clock.advanceSettling(10)]);
  });

  it('finds its own renewal again when only the answer was lost', async () => {
    const { clock, faults, take } = world();
    const lease = (await take('a')) as Lease;
    faults.fate = 'lose-reply';
    await clock.advanceSettling(700);
    faults.fate = 'deliver';
    await clock.advanceSettling(10_000);
    expect(lease.held).toBe(true);
    await lease.release();
  });

  it('is lost when its record was taken away', async () => {
    const { clock, model, take } = world();
    const lease = (await take('a')) as Lease;
    model.write({ subject: 'lease.scheduler', payload: undefined, ttlMs: 60_000, expected: undefined });
    await clock.advanceSettling(400);
    expect([lease.held, lease.lost.aborted]).toEqual([false, true]);
  });

  it('given back is free at once and leaves no timer behind', async () => {
    const { clock, take, settled } = world();
    const lease = (await take('a')) as Lease;
    await settled(lease.release());
    expect(await take('b')).toBeDefined();
    await clock.advanceSettling(5_000);
    expect(lease.lost.aborted).toBe(false);
  });

  it.each([
    ['is answered late', { delayMs: 100 }],
    ['is answered after the wait for it', { delayMs: 1_000 }],
    ['is never answered', 'lose-reply'],
    ['never came to the log', 'lose-request'],
  ] as const)('given back while a renewal %s is free at once', async (_, fate) => {
    const { clock, faults, take } = world();
    const lease = (await take('a')) as Lease;
    faults.fate = fate;
    // Renewed for the first time at 333.3 ms.
    await clock.advanceSettling(340);
    faults.fate = 'deliver';
    const releasing = lease.release();
    await clock.advanceSettling(340);
    await releasing;
    expect(await take('b')).toBeDefined();
  });

  it('that is another’s by now is not given back', async () => {
    const { clock, model, take } = world();
    const lease = (await take('a')) as Lease;
    model.write({ subject: 'lease.scheduler', payload: undefined, ttlMs: 60_000, expected: undefined });
    const other = (await take('b')) as Lease;
    const releasing = lease.release();
    await clock.advanceSettling(10);
    await releasing;
    await clock.advanceSettling(5_000);
    expect(other.held).toBe(true);
  });

  it('shorter than the log can keep is refused', async () => {
    const { clock, model } = world();
    await expect(acquireLease(openMemoryLog(model), clock, 'x', { ttlMs: 500, holder: 'a' })).rejects.toThrow(RangeError);
  });
});

describe('contenders', () => {
  it('take over when the holder is cut off, after it has stepped down, and it stands again when it is back', async () => {
    const { clock, model, stand } = world();
    const told: string[] = [];
    const contenders = [stand('a', told)];
    await clock.advanceSettling(10);
    contenders.push(stand('b', told));
    await clock.advanceSettling(1_000);
    model.disconnect('a');
    await clock.advanceSettling(3_000);
    expect(told).toEqual(['a leads', 'a lost', 'b leads']);
    model.reconnect('a');
    await clock.advanceSettling(1_000);
    const stopping = contenders[1]!.stop();
    await clock.advanceSettling(50);
    await stopping;
    expect(told).toEqual(['a leads', 'a lost', 'b leads', 'a leads']);
    await contenders[0]!.stop();
  });

  it('lose what they held when the log is lost, and one wins it again', async () => {
    const { clock, model, stand } = world();
    const told: string[] = [];
    const contender = stand('a', told);
    await clock.advanceSettling(1_000);
    const term = contender.lease?.term ?? 0;
    model.loseEverything();
    await clock.advanceSettling(500);
    expect(told).toEqual(['a leads', 'a lost', 'a leads']);
    expect(contender.lease?.term).toBeGreaterThan(term);
    await contender.stop();
  });

  it('never hold together, whatever is lost on the way', async () => {
    const { clock, faults, model, stand } = world();
    const told: string[] = [];
    const handles = ['a', 'b', 'c'];
    const contenders = handles.map((handle) => stand(handle, told));
    const fates: AppendFate[] = ['deliver', 'lose-reply', 'lose-request', { delayMs: 700 }, 'deliver'];
    for (let step = 0; step < 400; step++) {
      faults.fate = fates[(step >> 3) % fates.length]!;
      if (step % 37 === 0) model.disconnect(handles[step % 3]!);
      if (step % 37 === 20) for (const handle of handles) model.reconnect(handle);
      await clock.advanceSettling(100);
      expect(contenders.filter(({ lease }) => lease?.held).length).toBeLessThanOrEqual(1);
    }
    expect(told.filter((text) => text.endsWith('leads')).length).toBeGreaterThan(3);
    for (const handle of handles) model.reconnect(handle);
    faults.fate = 'deliver';
    const stopping = Promise.all(contenders.map((contender) => contender.stop()));
    await clock.advanceSettling(5_000);
    await stopping;
  });
});
