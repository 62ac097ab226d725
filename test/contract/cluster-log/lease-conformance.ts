import { beforeEach, describe, expect, it } from 'vitest';
import { acquireLease, appendUnder, type ClusterLog, contend, type Lease, noteUnder } from '#cluster-log';
import { subjects } from '#contracts';
import { bytes, type LogStage } from './log-stage.ts';

/** Part of the suite that every ClusterLog passes. */
export function describeLeases(stage: () => LogStage): void {
  describe('leases', () => {
    let { under, log, follow } = {} as LogStage;
    beforeEach(() => {
      ({ under, log, follow } = stage());
    });
    const take = (from: ClusterLog, holder: string, ttlMs = 1_000) =>
      acquireLease(from, under.clock, 'scheduler', { ttlMs, holder });

    it('belong to one holder until given back, and terms rise', async () => {
      const other = await under.open();
      const first = (await take(log, 'a')) as Lease;
      expect(await take(other, 'b')).toBeUndefined();
      expect(JSON.parse(new TextDecoder().decode((await log.get(subjects.lease('scheduler')))?.payload))).toMatchObject({
        holder: 'a',
      });
      await first.release();
      expect([first.held, first.lost.aborted]).toEqual([false, false]);
      const second = (await take(other, 'b')) as Lease;
      expect(second.term).toBeGreaterThan(first.term);
      await second.release();
    });

    it('are renewed beyond their TTL, with fresh fences', async () => {
      const lease = (await take(log, 'a')) as Lease;
      const untilMs = under.clock.monotonicMs() + 2_500;
      await under.until(() => under.clock.monotonicMs() > untilMs);
      expect(lease.held).toBe(true);
      expect(lease.fence().sequence).toBeGreaterThan(lease.term);
      await appendUnder(lease, log, 'decision.x', bytes('under the lease'));
      await lease.release();
    });

    it('fence: the write of a holder that lost it is refused by the log itself', async () => {
      const lease = (await take(log, 'a', 600_000)) as Lease;
      const fence = lease.fence();
      await log.append('decision.x', bytes('1'), { fence });
      await log.delete(fence.subject);
      await expect(log.append('decision.x', bytes('2'), { fence })).rejects.toMatchObject({ code: 'cluster/fenced' });
      const next = (await take(await under.open(), 'b', 600_000)) as Lease;
      await expect(log.append('decision.x', bytes('3'), { fence })).rejects.toMatchObject({ code: 'cluster/fenced' });
      await expect(log.delete('decision.x', { fence })).rejects.toMatchObject({ code: 'cluster/fenced' });
      expect((await log.get('decision.x'))?.payload).toEqual(bytes('1'));
      await next.release();
    });

    it('fence notes too, which keep their place among the appends and tell nobody', async () => {
      const lease = (await take(log, 'a', 600_000)) as Lease;
      const { texts } = follow(['decision.>']);
      await log.append('decision.w', bytes('first'));
      await under.until(() => texts().includes('decision.w=first'));
      noteUnder(lease, log, 'decision.x', bytes('noted'), 60_000);
      await appendUnder(lease, log, 'decision.y', bytes('appended'));
      noteUnder(lease, log, 'decision.x', undefined, 60_000);
      const old = lease.fence();
      await lease.release();
      log.note('decision.y', bytes('too late'), old, 60_000);
      await log.append('decision.z', bytes('last'));
      await under.until(() => texts().includes('decision.z=last'));
      const inOrder = ['decision.x=noted', 'decision.y=appended', 'decision.x=deleted'];
      expect(texts()).toEqual(['decision.w=first', ...inOrder, 'decision.z=last']);
    });

    it('never refuse a write under a lease that is held, however it races with renewals', async () => {
      const lease = (await take(log, 'a')) as Lease;
      const untilMs = under.clock.monotonicMs() + 1_500;
      let writes = 0;
      const write = async () => {
        while (under.clock.monotonicMs() < untilMs) {
          await appendUnder(lease, log, 'decision.x', bytes(String(writes)));
          writes += 1;
          await new Promise(setImmediate);
        }
      };
      let ended = false;
      const writing = write().finally(() => {
        ended = true;
      });
      await under.until(() => ended);
      await writing;
      expect(writes).toBeGreaterThan(10);
      await lease.release();
    });

    it('pass to the contender at once when given back', async () => {
      const other = await under.open();
      const held: string[] = [];
      const contender = (from: ClusterLog, holder: string) =>
        contend(from, under.clock, 'scheduler', { ttlMs: 600_000, holder }, { onHeld: () => held.push(holder) });
      const first = contender(log, 'a');
      await under.until(() => held.length === 1);
      const second = contender(other, 'b');
      await first.stop();
      await under.until(() => held.length === 2);
      expect(held).toEqual(['a', 'b']);
      await second.stop();
    });
  });
}
