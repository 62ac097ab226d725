import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { acquireLease, appendUnder, type ClusterLog, type Lease, type LogEntry } from '#cluster-log';
import { describeLeases } from './lease-conformance.ts';
import { bytes, type LogUnderTest } from './log-stage.ts';

const textOf = ({ subject, payload }: LogEntry) =>
  `${subject}=${payload === undefined ? 'deleted' : new TextDecoder().decode(payload)}`;

/** The suite that every ClusterLog passes. */
export function describeLog(name: string, start: () => Promise<LogUnderTest>): void {
  describe(`the log (${name})`, () => {
    let under: LogUnderTest;
    let log: ClusterLog;

    beforeEach(async () => {
      under = await start();
      log = await under.open();
    });
    afterEach(() => under.stop());

    function follow(patterns: readonly string[], from: ClusterLog = log) {
      const seen: LogEntry[] = [];
      const follower = from.follow(patterns, { onEntry: (entry) => seen.push(entry) });
      return { seen, follower, texts: () => seen.map(textOf) };
    }

    it('numbers all subjects in one rising order', async () => {
      const first = await log.append('member.a', bytes('1'));
      const second = await log.append('engine.a.info', bytes('2'));
      const third = await log.append('member.a', bytes('3'));
      expect(second).toBeGreaterThan(first);
      expect(third).toBeGreaterThan(second);
    });

    it('makes room for a record without a word, and forgets a lasting deletion only then', async () => {
      await log.append('engine.a.container.1', bytes('one'));
      const { texts, follower } = follow(['engine.>']);
      await follower.caughtUp;
      await log.delete('engine.a.container.2', { isLasting: true });
      const room = await log.makeRoom('engine.a.container.1');
      await follower.reached(room, 5_000);
      expect(texts()).toEqual(['engine.a.container.1=one', 'engine.a.container.2=deleted']);
      const late = follow(['engine.>']);
      await late.follower.caughtUp;
      expect(late.texts()).toEqual(['engine.a.container.2=deleted']);
      await log.append('engine.a.container.1', bytes('two'));
      await under.until(() => texts().includes('engine.a.container.1=two'));
    });

    it('gives a new follower the last record of each matching subject, in order, then every change', async () => {
      for (const [subject, text] of [
        ['member.a', '1'],
        ['member.b', '2'],
        ['node.x', '3'],
        ['member.a', '4'],
      ] as const) {
        await log.append(subject, bytes(text));
      }
      const { follower, texts, seen } = follow(['member.>']);
      await follower.caughtUp;
      expect(texts()).toEqual(['member.b=2', 'member.a=4']);
      const sequence = await log.append('member.c', bytes('5'));
      await follower.reached(sequence, 5_000);
      expect(texts().slice(2)).toEqual(['member.c=5']);
      expect(seen.map((entry) => entry.sequence)).toEqual(seen.map((entry) => entry.sequence).sort((a, b) => a - b));
      expect(follower.sequence).toBe(sequence);
    });

    it('is caught up with nothing when nothing matches', async () => {
      await log.append('node.x', bytes('1'));
      const { follower, seen } = follow(['member.>', 'lease.*']);
      await follower.caughtUp;
      expect(seen).toEqual([]);
    });

    it('delivers every one of many appends in flight, in order, to every follower', async () => {
      const followers = [follow(['member.*']), follow(['member.*'], await under.open())];
      await Promise.all(followers.map(({ follower }) => follower.caughtUp));
      const sequences = await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(`member.m${i}`, bytes(String(i)))));
      for (const { follower, seen } of followers) {
        await follower.reached(Math.max(...sequences), 5_000);
        expect(seen.map((entry) => entry.sequence)).toEqual(sequences.toSorted((a, b) => a - b));
      }
    });

    it('tells followers of a deletion, and get forgets the record', async () => {
      const { follower, texts } = follow(['member.>']);
      await follower.caughtUp;
      await log.append('member.a', bytes('1'));
      const sequence = await log.delete('member.a');
      await follower.reached(sequence, 5_000);
      expect(texts()).toEqual(['member.a=1', 'member.a=deleted']);
      expect(await log.get('member.a')).toBeUndefined();
      expect(await log.delete('member.never')).toBeGreaterThan(sequence);
    });

    it('gets the last record of a subject', async () => {
      await log.append('member.a', bytes('1'));
      const sequence = await log.append('member.a', bytes('2'));
      expect(await log.get('member.a')).toMatchObject({ subject: 'member.a', sequence, payload: bytes('2') });
      expect(await log.get('member.b')).toBeUndefined();
    });

    it('tells a record whose time ran out from one that somebody deleted', async () => {
      const { seen } = follow(['decision.>']);
      await log.append('decision.kept', bytes('1'));
      await log.append('decision.brief', bytes('2'), { ttlMs: 1_000 });
      await log.delete('decision.kept');
      await under.until(() => seen.filter(({ payload }) => payload === undefined).length === 2);
      const ends = seen.filter(({ payload }) => payload === undefined).map(({ subject, expired }) => [subject, expired]);
      expect(ends).toEqual([
        ['decision.kept', false],
        ['decision.brief', true],
      ]);
    });

    it('gives a lease over to one who knows its holder to be gone, and refuses the holder from then on', async () => {
      const other = await under.open();
      const first = (await acquireLease(log, under.clock, 'engine.a', { ttlMs: 60_000, holder: 'gone' })) as Lease;
      const options = { ttlMs: 60_000, holder: 'heir' };
      expect(await acquireLease(other, under.clock, 'engine.a', options)).toBeUndefined();
      expect(await acquireLease(other, under.clock, 'engine.a', options, first.term - 1)).toBeUndefined();
      const second = (await acquireLease(other, under.clock, 'engine.a', options, first.term)) as Lease;
      expect(second.term).toBeGreaterThan(first.term);
      await expect(appendUnder(first, log, 'engine.a.info', bytes('late'))).rejects.toMatchObject({ code: 'cluster/fenced' });
      await appendUnder(second, other, 'engine.a.info', bytes('mine'));
      await first.release();
      expect(await log.get('lease.engine.a')).toBeDefined();
      await second.release();
    });

    it('expires a record by its TTL with a deletion; an append without TTL stays', async () => {
      const { texts } = follow(['decision.>', 'member.>']);
      await log.append('decision.a', bytes('1'), { ttlMs: 1_000 });
      await log.append('member.a', bytes('2'));
      await under.until(() => texts().includes('decision.a=deleted'));
      expect(await log.get('decision.a')).toBeUndefined();
      expect(await log.get('member.a')).toBeDefined();
      expect(texts().filter((text) => text === 'decision.a=deleted')).toHaveLength(1);
    });

    it('lets exactly one of 64 concurrent claims win', async () => {
      const other = await under.open();
      const claims = Array.from({ length: 64 }, (_, i) =>
        (i % 2 ? log : other).append('reservation.x', bytes(String(i)), { expectedSequence: 0 }),
      );
      const outcomes = await Promise.allSettled(claims);
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
      expect(refused).toEqual(Array.from({ length: 63 }, () => 'cluster/claim-taken'));
    });

    it('grants a claim again after its record was deleted, though a tombstone stands there', async () => {
      await log.append('reservation.x', bytes('1'), { expectedSequence: 0 });
      await log.delete('reservation.x');
      const sequence = await log.append('reservation.x', bytes('2'), { expectedSequence: 0 });
      expect(await log.get('reservation.x')).toMatchObject({ sequence });
    });

    it('replaces and deletes a record only at the sequence that is expected', async () => {
      const first = await log.append('node.x', bytes('1'));
      const second = await log.append('node.x', bytes('2'), { expectedSequence: first });
      await expect(log.append('node.x', bytes('3'), { expectedSequence: first })).rejects.toMatchObject({
        code: 'cluster/claim-taken',
      });
      await expect(log.delete('node.x', { expectedSequence: first })).rejects.toMatchObject({ code: 'cluster/claim-taken' });
      await log.delete('node.x', { expectedSequence: second });
      expect(await log.get('node.x')).toBeUndefined();
    });

    it('rejects a wait for a sequence that does not come in time', async () => {
      const { follower } = follow(['member.>']);
      await follower.caughtUp;
      const waiting = follower.reached(Number.MAX_SAFE_INTEGER, 50);
      let outcome: unknown;
      waiting.catch((error: unknown) => {
        outcome = error;
      });
      await under.until(() => outcome !== undefined);
      expect(outcome).toMatchObject({ code: 'cluster/unavailable' });
    });

    it('serves nothing after it was closed', async () => {
      const { follower } = follow(['member.>']);
      await log.close();
      await log.close();
      await expect(log.append('member.a', bytes('1'))).rejects.toMatchObject({ code: 'cluster/unavailable' });
      await expect(follower.reached(Number.MAX_SAFE_INTEGER, 1_000)).rejects.toMatchObject({ code: 'cluster/unavailable' });
    });

    describeLeases(() => ({ under, log, follow }));
  });
}
