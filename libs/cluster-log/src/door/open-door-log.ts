import type { ClusterLog } from '../log.ts';
import type { LogSink } from '../log-sink.ts';
import { NatsLog } from '../nats/nats-log.ts';
import type { StandingOf } from '../standing-in-log.ts';
import { DoorKeeper, type DoorKeeperParts } from './door-keeper.ts';

/** The log as far as an agent may have it. */
export type DoorLog = {
  readonly log: ClusterLog;
  /** What an agent cannot read of other members, judged at the door. */
  readonly standingOf: StandingOf;
};

/** Rejects with cluster/unavailable when no monitor keeps a door. */
export async function openDoorLog(parts: DoorKeeperParts & { readonly logger?: LogSink }): Promise<DoorLog> {
  const keeper = new DoorKeeper(parts);
  await keeper.ensure();
  const log = new NatsLog({ ...parts, logger: parts.logger, keeper, route: keeper });
  return { log, standingOf: keeper.standingOf };
}
