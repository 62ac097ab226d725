import { BaleenError } from '#contracts';
import { eventMark } from '#docker-api';
import type { Fleet } from '../../fleet.ts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import { engineTime } from './event-time.ts';
import { eventOf, type FleetEvent } from './fleet-event.ts';

/** An engine keeps 256 events in memory: it answers at once. */
const historyMs = 10_000;

/**
 * What the healthy engines remember since then, in order; without `untilNs` up to now by each engine's own clock, or one that is ahead
 * would leave out what has just happened. An engine that does not answer adds nothing.
 */
export async function eventHistory(fleet: Fleet, apiVersion: string, sinceNs: bigint, untilNs?: bigint): Promise<FleetEvent[]> {
  const perEngine = await Promise.all(
    fleet.follower.view.healthy().map((engine) => {
      const engineNowMs = fleet.clock.nowMs() - (engine.record?.clockDeltaMs ?? 0);
      const until = untilNs === undefined ? String(engineNowMs / 1_000) : engineTime(untilNs);
      return historyOf(fleet, engine, apiVersion, engineTime(sinceNs), until);
    }),
  );
  return perEngine.flat().sort((left, right) => (left.timeNano ?? 0) - (right.timeNano ?? 0));
}

async function historyOf(
  fleet: Fleet,
  engine: FleetEngine,
  apiVersion: string,
  since: string,
  until: string,
): Promise<FleetEvent[]> {
  const path = `/events?${new URLSearchParams({ since, until })}`;
  try {
    const { status, body } = await fleet.daemons.call(engine, { method: 'GET', path, apiVersion, timeoutMs: historyMs });
    if (status !== 200) return [];
    const lines = body.toString('utf8').split('\n');
    return lines.filter((line) => line.trim() !== '').map((line) => pastEvent(Buffer.from(line), engine));
  } catch (error) {
    if (!(error instanceof BaleenError || error instanceof SyntaxError)) throw error;
    fleet.logger.warn({ engine: engine.key, reason: error.message }, 'events of the past are missing from one engine');
    return [];
  }
}

function pastEvent(line: Buffer, engine: FleetEngine): FleetEvent {
  return eventOf(line, eventMark(line), engine);
}
