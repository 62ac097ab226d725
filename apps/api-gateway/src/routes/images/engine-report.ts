import { BaleenError } from '#contracts';
import type { DaemonStream } from '../../daemons/daemons.ts';
import type { Fleet } from '../../fleet.ts';
import { daemonStandingOf, whileStanding } from '../../fleet-view/engine-standing.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { type Failure, type OnProgress, readReport } from './progress.ts';

export type ReportRequest = {
  /** Begins the work; the signal ends it. */
  readonly ask: (signal: AbortSignal) => Promise<DaemonStream>;
  readonly signal: AbortSignal;
  /** The work in one word, for messages: `pull`, `load` … */
  readonly what: string;
};

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
    readFrom(engine, { ...request, signal: AbortSignal.any([request.signal, lost]) }, onProgress),
  );
  if (failure !== undefined) return failure;
  await fleet.follower.reached(await fleet.commands.refresh(engine.key, { images: true }));
  return undefined;
}

async function readFrom(
  engine: FleetEngine,
  { ask, signal, what }: ReportRequest,
  onProgress: OnProgress,
): Promise<Failure | undefined> {
  const answer = await ask(signal);
  try {
    return await readReport(answer, onProgress);
  } catch (cause) {
    answer.body.destroy();
    if (signal.aborted) throw signal.reason;
    const message = `node ${engine.name} broke off its report of the ${what} or sent none that can be read`;
    throw new BaleenError('engine/bad-answer', message, { details: { engine: engine.key }, cause });
  }
}
