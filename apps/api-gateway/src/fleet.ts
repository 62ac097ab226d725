import type { ClusterBus } from '#cluster-bus';
import type { ClusterLog, OrderKeys } from '#cluster-log';
import type { Clock, Logger, Randomness } from '#service-shell';
import type { TunnelTransport } from '#tunnel';
import type { PolicyStanding } from './access/policy-standing.ts';
import type { ApiGatewayConfig } from './api-gateway-config.ts';
import type { EngineCommandsClient } from './commands/engine-commands-client.ts';
import type { Placer } from './commands/quota-scheduler.ts';
import type { Daemons } from './daemons/daemons.ts';
import type { FleetView } from './fleet-view/fleet-view.ts';
import type { FollowedView } from './fleet-view/view-follower.ts';
import type { ViewScope } from './fleet-view/view-scope.ts';
import type { Forwards } from './forwards/forwards.ts';
import type { RequestMeter } from './http/request-meter.ts';
import type { PullMemory } from './routes/images/pull-memory.ts';
import type { SingleFlight } from './routes/images/single-flight.ts';
import type { CertificateFiles } from './routes/status/certificate-expiries.ts';
import type { HostFacts } from './routes/system/host-facts.ts';

/** What routes work with. */
export type Fleet = {
  readonly follower: FollowedView;
  /** Whose view that is; `undefined` = everybody's, of everything. */
  readonly scope: ViewScope | undefined;
  /** Aborted when somebody's view is no more, before it fails whoever looks; `undefined` = it lasts. */
  readonly retired: AbortSignal | undefined;
  readonly scheduler: Placer;
  /** Mutations, through the engine's owner. */
  readonly commands: EngineCommandsClient;
  /** Reads and streams, straight to the daemon. */
  readonly daemons: Daemons;
  readonly log: ClusterLog;
  /** What creates with a rescheduling policy are sealed with. */
  readonly orderKeys: OrderKeys;
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  readonly pulls: PullMemory;
  /** Images on their way to an engine; resolves with what that engine knows it by. */
  readonly imageFlights: SingleFlight<string>;
  /** Requests of the Docker API so far. */
  readonly meter: RequestMeter;
  /** To engines behind agents. */
  readonly tunnels: Pick<TunnelTransport, 'counts'>;
  /** Published ports that this gateway listens on. */
  readonly forwards: Forwards;
  readonly config: Pick<
    ApiGatewayConfig,
    | 'cluster'
    | 'apiVersion'
    | 'containerNames'
    | 'strategy'
    | 'filters'
    | 'clusterOpts'
    | 'bodyLimitBytes'
    | 'debug'
    | 'publish'
    | 'dockerSocket'
    | keyof CertificateFiles
  >;
  readonly policy: PolicyStanding;
  /** Paths of the unix sockets that this gateway listens on. */
  readonly ownSockets: ReadonlySet<string>;
  readonly version: string;
  /** Unique per process. */
  readonly instance: string;
  readonly host: HostFacts;
};

/** The view as of now: everything acknowledged before the call is in it (as far as the log answers in time). */
export async function currentView(fleet: Pick<Fleet, 'follower'>): Promise<FleetView> {
  await fleet.follower.ready;
  await fleet.follower.upToDate();
  return fleet.follower.view;
}
