import { BaleenError } from '#contracts';
import type { DaemonRequest } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import { daemonStandingOf, whileStanding } from '../../fleet-view/engine-standing.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { type Failure, type OnProgress, readReport } from './progress.ts';

/** `what` is the work in one word, for messages: `pull`, `load` … */
export type ReportRequest = DaemonRequest & { readonly signal: AbortSignal; readonly what: string };

/**
 * Has one engine do work on its images that it reports line by line, and refreshes its images in the log. Resolves with the failure
 * when the daemon or its registry refuses; rejects when the daemon cannot be reached, breaks off or falls silent, or with the
 * signal's reason.
 */
export async function reportOf(
  fleet: Fleet,
  engine: FleetEngine,
  request: ReportRequest,
  onProgress: OnProgress,
): Promise<Failure | undefined> {
  const standing = () => daemonStandingOf(fleet.follower.view, engine.key);
  const failure = await whileStanding(standing, fleet.clock, (lost) =>
    readFrom(fleet, engine, { ...request, signal: AbortSignal.any([request.signal, lost]) }, onProgress),
  );
  if (failure !== undefined) return failure;
  await fleet.follower.reached(await fleet.commands.refresh(engine.key, { images: true }));
  return undefined;
}

async function readFrom(
  fleet: Fleet,
  engine: FleetEngine,
  request: ReportRequest,
  onProgress: OnProgress,
): Promise<Failure | undefined> {
  const answer = await fleet.daemons.stream(engine, request);
  try {
    return await readReport(answer, onProgress);
  } catch (cause) {
    answer.body.destroy();
    if (request.signal.aborted) throw request.signal.reason;
    const message = `node ${engine.name} broke off its report of the ${request.what} or sent none that can be read`;
    throw new BaleenError('engine/bad-answer', message, { details: { engine: engine.key }, cause });
  }
}
