import type { Readable } from 'node:stream';
import { BaleenError } from '#contracts';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import { querySuffix } from '../engine-answer.ts';
import { BodyFanOut } from './body-fan-out.ts';
import { reportToClient, type Work } from './client-report.ts';
import { reportOf } from './engine-report.ts';
import { imageTargets, placedTarget } from './image-targets.ts';
import type { Words } from './node-row.ts';
import type { Failure } from './progress.ts';

/** A quiet engine answers once the last byte is stored. No upload takes a day; an engine that falls silent ends it much earlier. */
const uploadMs = 86_400_000;

/**
 * POST /images/load: one upload for all targets. Each gets every byte whatever becomes of the others; it has failed when it failed on
 * all of them.
 */
export async function loadForClient(fleet: Fleet, exchange: Exchange): Promise<void> {
  const words = { doing: 'Loading', done: 'Load complete', failed: 'Load failed' };
  await upload(fleet, exchange, await imageTargets(fleet, exchange), words, 'load');
}

/**
 * POST /images/create?fromSrc=: on one engine, for every engine would make an image of another ID (they put the time into it). The
 * others get it by copy when a create needs it there.
 */
export async function importForClient(fleet: Fleet, exchange: Exchange): Promise<void> {
  const words = { doing: 'Importing', done: 'Import complete', failed: 'Import failed' };
  await upload(fleet, exchange, [await placedTarget(fleet, exchange)], words, 'import');
}

async function upload(
  fleet: Fleet,
  exchange: Exchange,
  engines: readonly FleetEngine[],
  words: Words,
  what: 'load' | 'import',
): Promise<void> {
  const { apiVersion, signal } = exchange;
  const fanOut = new BodyFanOut(exchange.body, engines.length, fleet.clock);
  const bodies = new Map(engines.map((engine, i) => [engine, fanOut.branches[i]]));
  const path = `${exchange.path}${querySuffix(exchange.rawQuery)}`;
  const headers = { 'content-type': exchange.header('content-type') ?? 'application/x-tar' };
  const sent = fanOut.run();
  const work: Work = (engine, onProgress) => {
    const body = bodies.get(engine);
    const call = { method: 'POST', path, apiVersion, headers, timeoutMs: uploadMs, signal, what } as const;
    return withBranch(body, () => reportOf(fleet, engine, { ...call, ...(body && { body }) }, onProgress));
  };
  await reportToClient(exchange, engines, words, work);
  await sent;
}

async function withBranch(branch: Readable | undefined, run: () => Promise<Failure | undefined>): Promise<Failure | undefined> {
  try {
    return await run();
  } catch (error) {
    // Why the branch ended says more than that the engine's connection did then.
    throw branch?.errored instanceof BaleenError ? branch.errored : error;
  } finally {
    // Whoever reads no more must not hold the others up.
    branch?.destroy();
  }
}
