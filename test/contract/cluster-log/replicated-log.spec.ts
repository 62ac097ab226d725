import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectNats } from '#cluster-bus';
import { acquireLease, appendUnder, type ClusterLog, type Lease, openNatsLog } from '#cluster-log';
import { systemClock } from '#service-shell';
import { bytes } from './log-stage.ts';
import { startTestCluster, type TestCluster } from './nats-cluster.fixture.ts';

let cluster: TestCluster;
let log: ClusterLog;
let close: () => Promise<void>;

beforeAll(async () => {
  cluster = await startTestCluster();
  const connection = await connectNats({ url: cluster.url, name: 'contract', clock: systemClock });
  log = await opened(() => openNatsLog({ connection, cluster: 'r3', storage: 'file', replicas: 3, clock: systemClock }));
  close = async () => {
    await log.close();
    await connection.close();
  };
});
afterAll(async () => {
  await close?.();
  await cluster?.stop();
});

/** The servers elect who answers for JetStream first. */
async function opened(open: () => Promise<ClusterLog>): Promise<ClusterLog> {
  for (let left = 30; ; left -= 1) {
    try {
      return await open();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => systemClock.after(500, () => resolve(undefined)));
    }
  }
}

async function taken(what: string, ttlMs: number): Promise<Lease> {
  const lease = await acquireLease(log, systemClock, what, { ttlMs, holder: 'monitor' });
  if (lease === undefined) throw new Error(`no lease of ${what}`);
  return lease;
}

it('takes many writes under one lease at once, and the lease’s own renewals, though the servers agree on one at a time', async () => {
  // Short, so that it is renewed while the writes are under way.
  const lease = await taken('engine.a', 3_000);
  const write = (round: number) => (_: unknown, index: number) =>
    appendUnder(lease, log, `engine.a.container.${index}`, bytes(`${round}`));
  for (let round = 0; round < 5; round += 1) {
    const sequences = await Promise.all(Array.from({ length: 64 }, write(round)));
    expect(new Set(sequences).size).toBe(64);
  }
  expect(lease.held).toBe(true);
  await lease.release();
});

it('has a lease that was given back free for others before its time is over', async () => {
  const lease = await taken('engine.b', 30_000);
  await lease.release();
  // Reads are any server's: one that lags may still answer with the lease that was given back, and who wants it asks again.
  let next: Lease | undefined;
  const takeOver = async () => {
    next = await acquireLease(log, systemClock, 'engine.b', { ttlMs: 3_000, holder: 'other' });
    return next?.held;
  };
  await expect.poll(takeOver, { timeout: 10_000 }).toBe(true);
  await next?.release();
});
