import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { type ClusterLog, openNatsLog } from '#cluster-log';
import { DaemonClaim, type EngineRecord, subjects } from '#contracts';
import { systemClock } from '#service-shell';
import { engineIdentity, engineRecord, ManualClock } from '#testing';
import { DaemonClaims, releaseClaim } from '../../apps/engine-monitor/src/claims/daemon-claims.ts';
import { startTestServer, type TestServer } from './cluster-log/nats-server.fixture.ts';

const daemon = 'F00D:CAFE with spaces.and.dots';
/** As the claims': a holder that does not reach the daemon keeps it this long. */
const yieldMs = 10_000;

let server: TestServer;
let clusters = 0;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  server = await startTestServer('memory');
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => server.stop());

async function openLog(cluster: string): Promise<ClusterLog> {
  const connection = await connectNats({ url: server.url, name: 'claims', clock: systemClock });
  const log = await openNatsLog({ connection, cluster, storage: 'memory', replicas: 1, clock: systemClock });
  closers.push(async () => {
    await log.close();
    await connection.close();
  });
  return log;
}

/** Members a, b … of one fleet, each claiming over a connection of its own. */
class Fleet {
  readonly cluster: string;
  readonly clock = new ManualClock();
  readonly log: ClusterLog;

  private constructor(log: ClusterLog, cluster: string) {
    this.log = log;
    this.cluster = cluster;
  }

  static async open(): Promise<Fleet> {
    const cluster = `claims${(clusters += 1)}`;
    return new Fleet(await openLog(cluster), cluster);
  }

  async member(key: string, address = `${key}:2375`): Promise<DaemonClaims> {
    await this.put(subjects.member(key), { key, address, source: 'nodes' });
    return this.claims(key, undefined, address);
  }

  async claims(key: string, inherited?: string, address = `${key}:2375`): Promise<DaemonClaims> {
    const log = await openLog(this.cluster);
    return new DaemonClaims({ log, clock: this.clock, key, address }, inherited);
  }

  says(key: string, given: Partial<EngineRecord>): Promise<number> {
    return this.put(subjects.engineInfo(key), engineRecord(key, { identity: engineIdentity(key, { id: daemon }), ...given }));
  }

  async holder(id = daemon): Promise<string | undefined> {
    const payload = (await this.log.get(subjects.daemon(id)))?.payload;
    return payload === undefined ? undefined : DaemonClaim.parse(JSON.parse(Buffer.from(payload).toString())).key;
  }

  put(subject: string, record: object): Promise<number> {
    return this.log.append(subject, Buffer.from(JSON.stringify(record)));
  }
}

describe('claims of a daemon in a real log', () => {
  it('give a daemon that many members claim at once to exactly one, and it stays there', async () => {
    const fleet = await Fleet.open();
    const members = await Promise.all(['a', 'b', 'c', 'd'].map((key) => fleet.member(key)));
    for (let round = 0; round < 10; round++) {
      const answers = await Promise.all(members.map((claims) => claims.take(daemon)));
      const winners = ['a', 'b', 'c', 'd'].filter((_, index) => answers[index] === undefined);
      expect(winners).toEqual([await fleet.holder()]);
    }
  });

  it('stand while the holder connects, serves or is held, and only its word after the claim counts', async () => {
    const fleet = await Fleet.open();
    const [first, second] = [await fleet.member('a'), await fleet.member('b')];
    await fleet.says('a', { state: 'unhealthy', failures: 3 });
    await first.take(daemon);
    fleet.clock.advance(yieldMs);
    expect(await second.take(daemon)).toMatchObject({ key: 'a', address: 'a:2375' });
    for (const given of [{ state: 'healthy' }, { state: 'unhealthy', heldUntilMs: 1 }] as const) {
      await fleet.says('a', given);
      fleet.clock.advance(yieldMs);
      expect(await second.take(daemon)).toMatchObject({ key: 'a' });
    }
  });

  it('pass to another member once the holder has not reached the daemon for 10 s, and the old holder learns of it', async () => {
    const fleet = await Fleet.open();
    const [first, second] = [await fleet.member('a'), await fleet.member('b')];
    await first.take(daemon);
    await fleet.says('a', { state: 'unhealthy', failures: 3 });
    expect(await second.take(daemon)).toMatchObject({ key: 'a' });
    fleet.clock.advance(yieldMs - 1);
    expect(await second.take(daemon)).toMatchObject({ key: 'a' });
    fleet.clock.advance(1);
    expect(await second.take(daemon)).toBeUndefined();
    expect([await first.verify(daemon), await first.take(daemon)]).toMatchObject([{ key: 'b' }, { key: 'b' }]);
  });

  it('pass from an agent that has held no lease for 10 s, whatever its last word was', async () => {
    const fleet = await Fleet.open();
    const [agent, second] = [await fleet.member('a', 'nats://a'), await fleet.member('b')];
    await agent.take(daemon);
    await fleet.says('a', { state: 'healthy' });
    await fleet.put(subjects.lease('engine.a'), { holder: 'agent' });
    fleet.clock.advance(yieldMs);
    expect(await second.take(daemon)).toMatchObject({ key: 'a' });
    await fleet.log.delete(subjects.lease('engine.a'));
    expect(await second.take(daemon)).toMatchObject({ key: 'a' });
    fleet.clock.advance(yieldMs);
    expect(await second.take(daemon)).toBeUndefined();
  });

  it('pass at once from a member that is gone, or that shows another daemon now', async () => {
    const fleet = await Fleet.open();
    const [first, second] = [await fleet.member('a'), await fleet.member('b')];
    await first.take(daemon);
    await fleet.log.delete(subjects.member('a'));
    expect(await second.take(daemon)).toBeUndefined();
    await fleet.says('b', { identity: engineIdentity('b', { id: 'another' }) });
    expect(await (await fleet.member('c')).take(daemon)).toBeUndefined();
  });

  it('refuse a taker that judged by a state of the log from before the holder connected again', async () => {
    const fleet = await Fleet.open();
    const holder = await fleet.member('a');
    await holder.take(daemon);
    await fleet.says('a', { state: 'unhealthy', failures: 3 });
    const log = await openLog(fleet.cluster);
    let reconnected: Promise<unknown> | undefined;
    const slow = new DaemonClaims(
      {
        // The holder connects again between the taker's judgement and its write.
        log: {
          get: (subject) => log.get(subject),
          delete: (subject, options) => log.delete(subject, options),
          append: async (subject, payload, options) => {
            reconnected ??= holder.take(daemon);
            await reconnected;
            return log.append(subject, payload, options);
          },
        },
        clock: fleet.clock,
        key: 'b',
        address: 'b:2375',
      },
      undefined,
    );
    await fleet.put(subjects.member('b'), { key: 'b', address: 'b:2375', source: 'nodes' });
    await slow.take(daemon);
    fleet.clock.advance(yieldMs);
    expect(await slow.take(daemon)).toMatchObject({ key: 'a' });
    expect([reconnected === undefined, await fleet.holder()]).toEqual([false, 'a']);
  });

  it('are given up for an ID that the member does not show any more, never for somebody else', async () => {
    const fleet = await Fleet.open();
    await (await fleet.member('a')).take(daemon);
    const nextOwner = await fleet.claims('a', daemon);
    expect(await nextOwner.take('a new ID')).toBeUndefined();
    expect([await fleet.holder(), await fleet.holder('a new ID')]).toEqual([undefined, 'a']);
    await releaseClaim(fleet.log, 'a new ID', 'b');
    expect(await fleet.holder('a new ID')).toBe('a');
    await releaseClaim(fleet.log, 'a new ID', 'a');
    expect(await fleet.holder('a new ID')).toBeUndefined();
  });
});
