import { createAndStart, remove, told } from './container-life.ts';
import { openLines } from './lines.ts';
import type { LoadOutcome, MixedJob } from './load-job.ts';
import { MovingConnection } from './moving-connection.ts';
import { Tally } from './tally.ts';

/** One thing that a client does over and over; a failure is thrown. `round` counts its own. */
type Habit = (connection: MovingConnection, job: MixedJob, round: number) => Promise<void>;

/** So many clients of each habit, each beginning a round every so often: far below what saturates, so that what grows is a leak. */
const habits: readonly { readonly clients: number; readonly everyMs: number; readonly habit: Habit }[] = [
  { clients: 6, everyMs: 600, habit: containerLife },
  { clients: 1, everyMs: 1_000, habit: (connection) => read(connection, '/containers/json?all=1') },
  { clients: 2, everyMs: 500, habit: (connection, job, round) => read(connection, listByName(job, round)) },
  { clients: 2, everyMs: 200, habit: inspection },
  { clients: 1, everyMs: 1_000, habit: overview },
  {
    clients: 4,
    everyMs: 3_000,
    habit: (_, job, round) => watch(job, `/containers/${pick(job, round)}/logs?follow=1&stdout=1&tail=10`),
  },
  { clients: 3, everyMs: 10_000, habit: (_, job) => watch(job, '/events', 9_000) },
];
const logsMs = 2_000;

/** `done` counts rounds; an error is a round that did not go as it must. */
export async function loadWithMixture(job: MixedJob): Promise<LoadOutcome> {
  const tally = new Tally();
  const clients = habits.flatMap((each, kind) =>
    Array.from({ length: each.clients }, (_, index) => client(job, tally, each, kind * 100 + index)),
  );
  await Promise.all(clients);
  return tally.outcome();
}

async function client(job: MixedJob, tally: Tally, { everyMs, habit }: (typeof habits)[number], number: number): Promise<void> {
  const connection = new MovingConnection([job.address]);
  // Not all at the same moment.
  await pause((everyMs * (number % 10)) / 10);
  for (let round = number * 1_000_000; tally.elapsedMs < job.forMs; round++) {
    const began = performance.now();
    try {
      await habit(connection, job, round);
      tally.add(performance.now() - began);
    } catch (error) {
      tally.fail(error instanceof Error ? error.message : String(error));
    }
    await pause(Math.max(0, everyMs - (performance.now() - began)));
  }
  connection.close();
}

async function containerLife(connection: MovingConnection, { image, prefix }: MixedJob, round: number): Promise<void> {
  const id = await createAndStart(connection, image, `${prefix}-${round}`);
  await told(connection, 200, 'GET', `/containers/${id}/json`);
  if (round % 2 === 0) await told(connection, 204, 'POST', `/containers/${id}/kill`);
  await remove(connection, id);
}

async function inspection(connection: MovingConnection, job: MixedJob, round: number): Promise<void> {
  await told(connection, 200, 'GET', `/containers/${pick(job, round)}/json`);
}

async function overview(connection: MovingConnection): Promise<void> {
  for (const path of ['/_ping', '/version', '/info', '/images/json', '/networks', '/volumes']) await read(connection, path);
}

async function read(connection: MovingConnection, path: string): Promise<void> {
  await told(connection, 200, 'GET', path);
}

/** A stream of lines that its client leaves after a while. */
async function watch({ address }: MixedJob, path: string, forMs = logsMs): Promise<void> {
  const ended = Promise.withResolvers<never>();
  const onEnd = (why: string) => ended.reject(new Error(`${path}: ${why}`));
  const end = await openLines(address, path, { onLine: () => undefined, onEnd });
  await Promise.race([ended.promise, pause(forMs)]);
  end();
}

function listByName(job: MixedJob, round: number): string {
  return `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ name: [pick(job, round)] }))}`;
}

function pick({ containers }: MixedJob, round: number): string {
  return containers[round % containers.length] ?? '';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
