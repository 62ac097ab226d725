import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, describe, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { acquireLease, type ClusterLog, contend, type Lease, type LogEntry, openNatsLog } from '#cluster-log';
import { subjects } from '#contracts';
import { type Clock, systemClock } from '#service-shell';
import { eventually, startTestServer } from './nats-server.fixture.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** What a follower was told, as text. */
function record(log: ClusterLog, patterns: readonly string[]) {
  const told: string[] = [];
  const follower = log.follow(patterns, {
    onEntry: ({ subject, payload }: LogEntry) => told.push(payload === undefined ? `${subject} deleted` : subject),
    onCaughtUp: () => told.push('caught up'),
    onReset: () => told.push('reset'),
  });
  return { told, follower };
}

describe('the log over failures of a real nats-server', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });

  async function start(storage: 'memory' | 'file') {
    const server = await startTestServer(storage);
    cleanups.push(() => server.stop());
    const open = async (clock: Clock = systemClock) => {
      const connection = await connectNats({ url: server.url, name: 'contract', clock: systemClock });
      const log = await openNatsLog({ connection, cluster: 'faults', storage, replicas: 1, clock });
      cleanups.push(async () => {
        await log.close();
        await connection.close();
      });
      return log;
    };
    return { server, open };
  }

  /** The moment appends get through again. */
  async function appendEventually(log: ClusterLog, subject: string): Promise<number> {
    let sequence = 0;
    await eventually(async () => {
      try {
        sequence = await log.append(subject, bytes('again'));
      } catch (error) {
        if ((error as { code?: string }).code !== 'cluster/unavailable') throw error;
      }
      return sequence > 0;
    });
    return sequence;
  }

  it('follows on over a restart with file storage: nothing twice, nothing lost, no reset', async () => {
    const { server, open } = await start('file');
    const log = await open();
    const { told, follower } = record(log, ['member.>']);
    await log.append('member.a', bytes('1'));
    await follower.reached(await log.append('member.b', bytes('1')), 5_000);
    const before = told.filter((text) => text !== 'caught up');
    await server.kill();
    await server.start();
    await follower.reached(await appendEventually(log, 'member.c'), 10_000);
    expect(before).toEqual(['member.a', 'member.b']);
    expect(told.filter((text) => text !== 'caught up')).toEqual(['member.a', 'member.b', 'member.c']);
  });

  it('delivers a deletion made while the follower was cut off', async () => {
    const { server, open } = await start('file');
    const log = await open();
    const { told, follower } = record(log, ['member.>']);
    await follower.reached(await log.append('member.a', bytes('1')), 5_000);
    await server.kill();
    await server.start();
    let deleted = 0;
    await eventually(async () => {
      deleted = await log.delete('member.a').catch(() => 0);
      return deleted > 0;
    });
    await follower.reached(deleted, 10_000);
    expect(told.at(-1)).toBe('member.a deleted');
  });

  it('starts a follower anew that heard nothing for longer than tombstones live', async () => {
    const { server, open } = await start('file');
    let leapMs = 0;
    const log = await open({ ...systemClock, monotonicMs: () => performance.now() + leapMs });
    const { told, follower } = record(log, ['member.>']);
    await follower.reached(await log.append('member.a', bytes('1')), 5_000);
    await server.kill();
    leapMs = 61_000;
    await server.start();
    await follower.reached(await appendEventually(log, 'member.b'), 10_000);
    const since = told.slice(told.indexOf('reset') + 1);
    expect(since.filter((text) => text !== 'caught up')).toEqual(['member.a', 'member.b']);
  });

  it('makes a lost memory stream anew, tells every follower to start again, and sequences go on rising', async () => {
    const { server, open } = await start('memory');
    const logs = [await open(), await open()] as const;
    const records = logs.map((log) => record(log, ['member.>']));
    const before = await logs[0].append('member.a', bytes('1'));
    await Promise.all(records.map(({ follower }) => follower.reached(before, 5_000)));
    await server.kill();
    await server.start();
    const after = await appendEventually(logs[1], 'member.b');
    expect(after).toBeGreaterThan(before);
    await Promise.all(records.map(({ follower }) => follower.reached(after, 10_000)));
    for (const { told } of records) {
      expect(told.filter((text) => text === 'reset')).toHaveLength(1);
      const since = told.slice(told.indexOf('reset') + 1);
      expect(since.filter((text) => text !== 'caught up')).toEqual(['member.b']);
    }
    expect(await logs[0].get('member.a')).toBeUndefined();
  });

  it('adds the subjects of newer versions to a stream that an older one made', async () => {
    const { server, open } = await start('file');
    const connection = await connectNats({ url: server.url, name: 'contract', clock: systemClock });
    const manager = await jetstreamManager(connection);
    await manager.streams.add({
      name: 'BALEEN_faults',
      subjects: ['baleen.v1.faults.member.>'],
      max_msgs_per_subject: 1,
      allow_msg_ttl: true,
    });
    await connection.close();
    const log = await open();
    expect(await log.append('replacement.c1', bytes('1'))).toBeGreaterThan(0);
  });

  it('has a place for each kind of record', async () => {
    const { open } = await start('memory');
    const log = await open();
    const kinds = [
      subjects.member('k'),
      subjects.engineInfo('k'),
      subjects.container('k', 'c'),
      subjects.lease('l'),
      subjects.reservation('o'),
      subjects.agent('a'),
      subjects.token('t'),
      subjects.roster('t', 'a:1'),
      subjects.decision('o'),
      subjects.replacement('c'),
      subjects.node('k'),
      subjects.barrier('g'),
    ];
    for (const subject of kinds) expect(await log.append(subject, bytes('1'))).toBeGreaterThan(0);
  });

  it('refuses appends at once while disconnected', async () => {
    const { server, open } = await start('file');
    const log = await open();
    await server.kill();
    await eventually(async () => {
      const startedMs = performance.now();
      await expect(log.append('member.a', bytes('1'))).rejects.toMatchObject({ code: 'cluster/unavailable' });
      return performance.now() - startedMs < 50;
    });
    await server.start();
    expect(await appendEventually(log, 'member.a')).toBeGreaterThan(0);
  });

  it('keeps a lease over a short restart with file storage', async () => {
    const { server, open } = await start('file');
    const log = await open();
    const lease = (await acquireLease(log, systemClock, 'scheduler', { ttlMs: 5_000, holder: 'a' })) as Lease;
    const fence = lease.fence().sequence;
    await server.kill();
    await server.start();
    await eventually(() => lease.fence().sequence > fence);
    expect(lease.held).toBe(true);
    await lease.release();
  });

  it('loses every lease with a lost memory stream, and a contender wins it again with a higher term', async () => {
    const { server, open } = await start('memory');
    const log = await open();
    const leases: Lease[] = [];
    let lost = 0;
    const contender = contend(
      log,
      systemClock,
      'scheduler',
      { ttlMs: 2_000, holder: 'a' },
      { onHeld: (lease) => leases.push(lease), onLost: () => lost++ },
    );
    await eventually(() => leases.length === 1);
    await server.kill();
    await server.start();
    await eventually(() => leases.length === 2);
    expect([lost, leases[0]!.held, leases[1]!.held]).toEqual([1, false, true]);
    expect(leases[1]!.term).toBeGreaterThan(leases[0]!.term);
    await contender.stop();
  });
});
