import type { DaemonStream } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { engineTarget } from '../../fleet-view/view-locator.ts';
import type { Exchange } from '../../http/exchange.ts';
import { behindHead } from '../../relay/behind-head.ts';
import type { EngineCaller } from '../../relay/engine-caller.ts';
import { enginePath, uploadHead } from '../../relay/head-rewrite.ts';
import { BodyFanOut, type Branch } from './body-fan-out.ts';
import { reportToClient, type Work } from './client-report.ts';
import { reportOf } from './engine-report.ts';
import { imageTargets, placedTarget } from './image-targets.ts';
import type { Words } from './node-row.ts';

/**
 * POST /images/load: one upload for all targets. Each gets every byte whatever becomes of the others; it has failed when it failed on
 * all of them.
 */
export async function loadForClient(fleet: Fleet, caller: EngineCaller, exchange: Exchange): Promise<void> {
  const words = { doing: 'Loading', done: 'Load complete', failed: 'Load failed' };
  await upload(fleet, caller, exchange, await imageTargets(fleet, exchange), { words, what: 'load' });
}

/**
 * POST /images/create?fromSrc=: on one engine, for every engine would make an image of another ID (they put the time into it). The
 * others get it by copy when a create needs it there.
 */
export async function importForClient(fleet: Fleet, caller: EngineCaller, exchange: Exchange): Promise<void> {
  const words = { doing: 'Importing', done: 'Import complete', failed: 'Import failed' };
  await upload(fleet, caller, exchange, [await placedTarget(fleet, exchange)], { words, what: 'import' });
}

type Upload = { readonly words: Words; readonly what: 'load' | 'import' };

async function upload(
  fleet: Fleet,
  caller: EngineCaller,
  exchange: Exchange,
  engines: readonly FleetEngine[],
  { words, what }: Upload,
): Promise<void> {
  const { input, body, signal } = exchange;
  // Of a body that the HTTP server reads the end is no more than that.
  const fanOut = new BodyFanOut(input ?? body, engines.length, fleet.clock, { passesEnd: input !== undefined });
  const branches = new Map(engines.map((engine, i) => [engine, fanOut.branches[i]]));
  const work: Work = async (engine, onProgress) => {
    const branch = branches.get(engine);
    if (branch === undefined) throw new Error(`${engine.name} was not asked to ${what}`);
    const ask = (bounded: AbortSignal) => send(caller, exchange, engine, branch, bounded);
    try {
      return await reportOf(fleet, engine, { ask, signal, what }, onProgress);
    } finally {
      // Whoever reads no more must not hold the others up.
      branch.leave();
    }
  };
  await reportToClient(exchange, engines, words, work);
}

/** A quiet engine answers once the last byte is stored: its answer has no deadline, as one that falls silent ends the request anyway. */
async function send(
  caller: EngineCaller,
  exchange: Exchange,
  engine: FleetEngine,
  branch: Branch,
  signal: AbortSignal,
): Promise<DaemonStream> {
  const target = engineTarget(engine);
  const { response } = await caller.call({
    engine: target,
    method: 'POST',
    path: enginePath(target, exchange.apiVersion, exchange.path, exchange.rawQuery),
    head: uploadHead(exchange.rawHeaders),
    headTimeoutMs: undefined,
    signal,
    send: behindHead(branch.attach),
    isRepeatable: false,
  });
  signal.addEventListener('abort', () => response.destroy(), { once: true });
  return { status: response.statusCode ?? 502, headers: {}, body: response };
}
