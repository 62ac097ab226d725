import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedNats, startEmbeddedNats } from '#embedded-nats';
import type { Testbed, TestEngine } from '#testing';
import { Creates } from '../e2e/clients/creates.ts';
import { DockerApi } from '../e2e/clients/docker-api.ts';
import { eventually } from '../e2e/eventually.ts';
import { bedOf } from '../e2e/product/bed.ts';
import { SoloScheduler } from '../e2e/product/solo-scheduler.ts';
import { Stack } from '../e2e/product/stack.ts';

const clients = 8;
const faults = 4;
const faultEveryMs = 3_000;
/** Longer than the leader's lease of 2 s: it wakes up deposed. */
const pauseMs = 3_000;
/** About 10 creates a second and client: load without filling the engines' disks. */
const thinkMs = 100;
const leaderMaxMs = 30_000;

let bed: Testbed;
let engines: readonly TestEngine[];
let stack: Stack;
let api: DockerApi;
let nats: EmbeddedNats;
let natsFolder: string;
let schedulers: SoloScheduler[] = [];

beforeAll(async () => {
  const made = await bedOf('chaos', ['old', 'new', 'new']);
  bed = made.bed;
  engines = made.engines;
  natsFolder = await mkdtemp(join(tmpdir(), 'chaos-nats-'));
  nats = await startEmbeddedNats({ storage: 'memory', dir: natsFolder });
  schedulers = Array.from({ length: 3 }, () => new SoloScheduler(nats.url));
  const flags = ['--schedulers', '0', '--nats', nats.url];
  stack = await Stack.start({ discovery: bed.nodesArgument, engines: 3, flags });
  api = new DockerApi(stack.url());
});

afterAll(async () => {
  await stack?.stop();
  await Promise.all(schedulers.map((scheduler) => scheduler.end()));
  await nats?.stop();
  await rm(natsFolder, { recursive: true, force: true });
  await bed?.close();
});

it('keeps every promise to eight clients while leading schedulers are killed and paused in turn', async () => {
  const history = new Creates('chaos');
  const contests: number[][] = [];
  const terms = new Set<number>();
  const over = new AbortController();
  const client = async () => {
    while (!over.signal.aborted) {
      await history.create(api);
      await sleep(thinkMs);
    }
  };
  /** Two clients want the same name: exactly one gets it. */
  const rivals = async () => {
    while (!over.signal.aborted) {
      const name = `contest-${contests.length}`;
      const answers = await Promise.all([api.create(name), api.create(name)]);
      contests.push(answers.map((answer) => answer.status).toSorted());
      await sleep(thinkMs);
    }
  };
  const working = Promise.all([...Array.from({ length: clients - 2 }, client), rivals()]);
  try {
    for (let fault = 0; fault < faults; fault++) {
      await sleep(faultEveryMs);
      const leading = await leader(Math.max(0, ...terms));
      terms.add(leading.term);
      if (fault % 2 === 0) await replace(leading);
      else await pause(leading);
    }
    await sleep(faultEveryMs);
  } finally {
    over.abort();
    await working;
  }
  const created = history.acknowledged + contests.length;
  process.stdout.write(`chaos: ${created} containers, ${terms.size} leaders lost, ${history.errors.length} errors\n`);
  expect(terms.size).toBe(faults);
  expect(history.errors).toEqual([]);
  expect(contests.filter((statuses) => statuses.join() !== '201,409')).toEqual([]);
  expect(await history.faults(engines)).toEqual([]);
  expect((await api.containers()).length).toBe(created);
});

/** The living scheduler that leads with a newer term than this. */
async function leader(thanTerm: number): Promise<SoloScheduler> {
  return eventually('a scheduler leads', leaderMaxMs, () => {
    const [newest] = schedulers.toSorted((left, right) => right.term - left.term);
    return newest !== undefined && newest.isAlive && newest.term > thanTerm ? newest : undefined;
  });
}

/** SIGKILL; a new one stands in its place, as under a supervisor. */
async function replace(scheduler: SoloScheduler): Promise<void> {
  await scheduler.end();
  schedulers = [...schedulers.filter((other) => other !== scheduler), new SoloScheduler(nats.url)];
}

/** It sleeps through its own deposition. */
async function pause(scheduler: SoloScheduler): Promise<void> {
  scheduler.signal('SIGSTOP');
  await sleep(pauseMs);
  scheduler.signal('SIGCONT');
}
