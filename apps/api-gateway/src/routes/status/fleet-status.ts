import { decodeLease } from '#cluster-log';
import { type FleetStatus, subjects } from '#contracts';
import { within } from '#service-shell';
import type { Fleet } from '../../fleet.ts';
import { countContainers } from '../system/engine-totals.ts';
import { certificateExpiries } from './certificate-expiries.ts';

/** Who leads is asked of the log; a log that is away must not keep operators waiting. */
const leaderMaxMs = 1_000;

export async function fleetStatus(fleet: Fleet): Promise<FleetStatus> {
  const { follower, version, config, policy } = fleet;
  const [log, leader] = await Promise.all([fleet.log.health(), leadingScheduler(fleet)]);
  const members = follower.view.members();
  const owners = members.map(({ owner }) => owner).filter((owner) => owner !== undefined);
  const counts = members.map(countContainers);
  const sumOf = (kind: 'total' | 'running') => counts.reduce((sum, count) => sum + count[kind], 0);
  return {
    gateway: fleet.instance,
    version,
    cluster: config.cluster,
    isReady: follower.isReady,
    log,
    leader,
    monitors: [...tally(owners)].map(([name, engines]) => ({ name, engines })),
    unwatched: members.length - owners.length,
    engines: Object.fromEntries(tally(members.map(({ shownState }) => shownState))),
    containers: { total: sumOf('total'), running: sumOf('running') },
    certificates: certificateExpiries(config),
    policyFailure: policy.failure,
  };
}

async function leadingScheduler({ log, clock }: Pick<Fleet, 'log' | 'clock'>): Promise<string | undefined> {
  let holder: string | undefined;
  const asked = log.get(subjects.lease('scheduler')).then(
    (entry) => {
      holder = entry?.payload && decodeLease(entry.payload)?.holder;
    },
    // Said by the log's own health.
    () => undefined,
  );
  await within(clock, leaderMaxMs, asked);
  return holder;
}

function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
