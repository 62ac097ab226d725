import { describe, expect, it } from 'vitest';
import { BaleenError, subjects } from '#contracts';
import { placementRequest } from '../fleet/fleet.builders.ts';
import { leaseTtlMs, TestFleet } from '../scheduler.builders.ts';
import type { Scheduler } from '../scheduler.ts';

async function twoSchedulers() {
  const fleet = new TestFleet();
  await fleet.engine('a');
  const first = await fleet.scheduler('s1');
  const second = await fleet.scheduler('s2');
  return { fleet, first, second };
}

/** ms until it leads; fails after the given time. */
async function leadsWithin(fleet: TestFleet, scheduler: Scheduler, limitMs: number): Promise<number> {
  const stepMs = 10;
  for (let waitedMs = 0; waitedMs <= limitMs; waitedMs += stepMs) {
    if (scheduler.leadership.term !== undefined) return waitedMs;
    await fleet.pass(stepMs);
  }
  throw new Error(`does not lead after ${limitMs} ms`);
}

describe('leadership', () => {
  it('is held by one of several schedulers, and only that one answers', async () => {
    const { fleet, first, second } = await twoSchedulers();
    expect([first.leadership.term !== undefined, second.leadership.term]).toEqual([true, undefined]);
    expect(await fleet.ask('place', { operation: 'op', request: placementRequest() })).toMatchObject({ engine: 'a' });
  });

  it('is told once commands are answered', async () => {
    const fleet = new TestFleet();
    await fleet.engine('a');
    const answers: Promise<unknown>[] = [];
    fleet.bus.subscribe(subjects.leads(), () => {
      answers.push(fleet.ask('place', { operation: 'op', request: placementRequest() }));
    });
    await fleet.scheduler('s1');
    await fleet.pass(50);
    expect(await Promise.all(answers)).toMatchObject([{ engine: 'a' }]);
  });

  it('passes on within 0.3 s when the leader stops politely', async () => {
    const { fleet, first, second } = await twoSchedulers();
    const stopped = first.stop();
    expect(await leadsWithin(fleet, second, 300)).toBeLessThanOrEqual(300);
    await stopped;
  });

  it('passes on within the lease and half a second when the leader dies, and the successor knows its grants', async () => {
    const { fleet, first, second } = await twoSchedulers();
    const before = await fleet.ask('place', { operation: 'op', request: placementRequest({ name: 'web' }) });
    fleet.logModel.disconnect('s1');
    fleet.busModel.disconnect('s1');
    await leadsWithin(fleet, second, leaseTtlMs + 500);
    expect(first.leadership.term).toBeUndefined();
    expect(await fleet.ask('place', { operation: 'op', request: placementRequest({ name: 'web' }) })).toMatchObject({
      engine: (before as { engine: string }).engine,
      term: second.leadership.term?.number,
    });
    expect(await fleet.ask('place', { operation: 'other', request: placementRequest({ name: 'web' }) })).toBeInstanceOf(
      BaleenError,
    );
  });

  it('is lost by a leader that could not renew, whose writes the log then refuses', async () => {
    const { fleet, first, second } = await twoSchedulers();
    const term = first.leadership.term;
    fleet.logModel.disconnect('s1');
    await leadsWithin(fleet, second, leaseTtlMs + 500);
    fleet.logModel.reconnect('s1');
    await fleet.pass(50);
    expect(term?.held).toBe(false);
    await expect(term?.write('reservation.stale', new Uint8Array([1]))).rejects.toThrow(BaleenError);
    expect(fleet.reservations()).toEqual([]);
  });

  it('comes back after the log was lost and made anew', async () => {
    const { fleet } = await twoSchedulers();
    fleet.logModel.loseEverything();
    await fleet.pass(leaseTtlMs * 2);
    await fleet.engine('a');
    expect(await fleet.ask('place', { operation: 'op', request: placementRequest() })).toMatchObject({ engine: 'a' });
  });
});
