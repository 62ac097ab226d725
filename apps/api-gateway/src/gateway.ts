import type { ClusterBus } from '#cluster-bus';
import { type ClusterLog, openOrderKeys } from '#cluster-log';
import { BaleenError } from '#contracts';
import { DirectTransport, type EngineTransport } from '#docker-api';
import { exposureProblem, exposureWarning, type ListenAddress, listenAddresses, listenPlace } from '#endpoint';
import { type Clock, type Logger, passedDescriptors, type Randomness, within } from '#service-shell';
import { TunnelTransport } from '#tunnel';
import { Guard } from './access/guard.ts';
import { PolicyStanding } from './access/policy-standing.ts';
import type { ApiGatewayConfig } from './api-gateway-config.ts';
import { EngineCommandsClient } from './commands/engine-commands-client.ts';
import { heededBus } from './commands/heeded-bus.ts';
import { SchedulerClient } from './commands/scheduler-client.ts';
import { EngineClients } from './daemons/engine-clients.ts';
import { DashboardFeed } from './dashboard/dashboard-feed.ts';
import type { Fleet } from './fleet.ts';
import { agentStandingOf, daemonStandingOf, standingOf } from './fleet-view/engine-standing.ts';
import { ViewFollower } from './fleet-view/view-follower.ts';
import { ViewLocator } from './fleet-view/view-locator.ts';
import { Forwards } from './forwards/forwards.ts';
import { PortDialer } from './forwards/port-dialer.ts';
import type { OwnPorts } from './forwards/port-problem.ts';
import { Dispatcher, type DispatcherDeps } from './http/dispatcher.ts';
import { EndpointTls } from './http/endpoint-tls.ts';
import { Listener } from './http/listener.ts';
import { RequestMeter } from './http/request-meter.ts';
import { type Route, Router } from './http/router.ts';
import { EngineCaller } from './relay/engine-caller.ts';
import { adminRoutes } from './routes/admin-routes.ts';
import { allRoutes } from './routes/all-routes.ts';
import { EventHub } from './routes/events/event-hub.ts';
import { PullMemory } from './routes/images/pull-memory.ts';
import { SingleFlight } from './routes/images/single-flight.ts';
import { apiWindow } from './routes/system/api-window.ts';
import { readHostFacts } from './routes/system/host-facts.ts';
import { TokenService } from './tokens/token-service.ts';
import { gatewayVersion } from './version.ts';

export type GatewayContext = {
  readonly config: ApiGatewayConfig;
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  /** On a connection of its own: the bytes of engines behind agents. */
  readonly tunnelBus: ClusterBus;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  /** Unique per process: names the gateway's barrier record and its lease. */
  readonly instance: string;
  /** How engines are reached; the caller closes it. Default: plain sockets. */
  readonly transport?: EngineTransport;
};

/** After a start a client waits so long for the fleet to be known; then the gateway's own versions are told, and operators their reasons. */
const knownMaxMs = 5_000;

/** A running gateway: listens at once; requests wait until its view is ready. */
export class Gateway {
  /** Ports it listens on, in the order of the hosts, the admin's last; 0 for a unix socket. */
  readonly ports: readonly number[];
  readonly #stop: () => Promise<void>;

  constructor(ports: readonly number[], stop: () => Promise<void>) {
    this.ports = ports;
    this.#stop = stop;
  }

  /** Closes the doors first; answers in the making have a moment to finish. */
  stop(): Promise<void> {
    return this.#stop();
  }
}

/** Rejects with config/invalid when it cannot listen on one of its hosts. */
export async function startGateway(context: GatewayContext): Promise<Gateway> {
  const { config, log, bus, clock, randomness, logger, instance } = context;
  const { hosts, adminHosts } = guardedHosts(context);
  const tls = EndpointTls.open(config, { clock, logger });
  const follower = new ViewFollower({ log, bus, clock, logger, gateway: instance, apiFloor: config.minEngineApi });
  const ways = waysToEngines(context, follower);
  const ownPorts = new Set([config.healthPort, ...[...hosts, ...adminHosts].map(listenPlace).map(portOf)]);
  const fleet = fleetOf(context, { follower, ways, hosts, ownPorts });
  const events = new EventHub(context.bus, follower, clock, logger);
  const tokens = new TokenService({ log, clock, randomness, logger });
  const routesOf = (whose: Fleet) => {
    const locator = new ViewLocator(whose.follower, whose.scope);
    return allRoutes({ fleet: whose, events, locator, caller: ways.caller });
  };
  // A log that was lost gets them back from whoever remembers.
  fleet.orderKeys.ring().catch((error: unknown) => logger.debug({ err: error }, 'the keys of orders are not known yet'));
  const feed = new DashboardFeed(fleet, events);
  const feedOf = (whose: Fleet) => (whose === fleet ? feed : new DashboardFeed(whose, events));
  const adminRoutesOf = (whose: Fleet) => adminRoutes({ fleet: whose, tokens, events, feed: feedOf(whose) });
  const guard = await Guard.open(context, fleet, [routesOf, adminRoutesOf]);
  const [gate, adminGate] = guard?.gates ?? [];
  const known = () => (follower.isReady ? undefined : within(clock, knownMaxMs, follower.ready));
  const api = dispatcherOf(fleet, {
    routes: routesOf(fleet),
    known,
    cors: config.cors,
    meter: fleet.meter,
    isTraced: true,
    gate,
  });
  // Operators ask most when nothing is known.
  const admin = dispatcherOf(fleet, {
    routes: adminRoutesOf(fleet),
    known: () => undefined,
    cors: false,
    meter: new RequestMeter(),
    isTraced: false,
    gate: adminGate,
  });
  const listeners: Listener[] = [];
  const stop = async () => {
    // Pages that watch would keep their listener waiting.
    feed.stop();
    await Promise.all(listeners.map((listener) => listener.close()));
    for (const part of [tls, fleet.forwards, events, tokens]) part?.stop();
    await Promise.all([follower.stop(), ways.close(), guard?.close()]);
  };
  try {
    const { sharePorts } = config;
    for (const address of hosts)
      listeners.push(await Listener.open(address, { dispatcher: api, clock, logger }, { sharePorts, tls }));
    if (adminHosts.length > 0) feed.start();
    for (const address of adminHosts) listeners.push(await Listener.open(address, { dispatcher: admin, clock, logger }, { tls }));
  } catch (error) {
    await stop();
    throw error;
  }
  // Those that the system chose.
  for (const { port } of listeners) ownPorts.add(port);
  logger.info({ hosts: config.hosts, adminHosts: config.adminHosts, tls: config.tls }, 'listening');
  return new Gateway(
    listeners.map((listener) => listener.port),
    stop,
  );
}

/** Throws config/invalid for an address that is none, or that strangers would reach without being asked who they are. */
function guardedHosts({ config, logger }: GatewayContext): Record<'hosts' | 'adminHosts', ListenAddress[]> {
  const passed = passedDescriptors();
  const hosts = listenAddresses(config.hosts, passed);
  const adminHosts = listenAddresses(config.adminHosts, passed);
  const problem = exposureProblem([...hosts, ...adminHosts], config);
  if (problem !== undefined) throw new BaleenError('config/invalid', problem);
  const warning = exposureWarning([...hosts, ...adminHosts], config);
  if (warning !== undefined) logger.warn({}, warning);
  return { hosts, adminHosts };
}

type Ways = {
  readonly tunnels: TunnelTransport;
  /** Answers of daemons, read whole or passed on parsed. */
  readonly daemons: EngineClients;
  /** Streams of daemons. */
  readonly caller: EngineCaller;
  close(): Promise<void>;
};

/** Engines behind agents are reached through tunnels, the others are dialled. */
function waysToEngines({ tunnelBus, clock, randomness, transport }: GatewayContext, follower: ViewFollower): Ways {
  const standing = (key: string) => daemonStandingOf(follower.view, key);
  const memberAddresses = () => new Set(follower.view.members().map((engine) => engine.address));
  const tunnels = new TunnelTransport({
    bus: tunnelBus,
    clock,
    randomness,
    standing: (key) => agentStandingOf(follower.view, key),
  });
  const dialled = transport ?? new DirectTransport(clock);
  const either: EngineTransport = {
    connect: (address, onReady) => (address.kind === 'agent' ? tunnels : dialled).connect(address, onReady),
  };
  const daemons = new EngineClients(either, memberAddresses, clock, standing);
  const caller = new EngineCaller(either, clock, standing);
  const close = async () => {
    caller.close();
    await daemons.close();
    tunnels.stop();
    await tunnelBus.close();
  };
  return { tunnels, daemons, caller, close };
}

type FleetParts = {
  readonly follower: ViewFollower;
  readonly ways: Ways;
  readonly hosts: readonly ListenAddress[];
  readonly ownPorts: OwnPorts;
};

function fleetOf(context: GatewayContext, { follower, ways, hosts, ownPorts }: FleetParts): Fleet {
  const { config, log, bus, clock, randomness, logger, instance } = context;
  const { publish } = config;
  const commandBus = heededBus(bus, () => follower.doubt());
  return {
    follower,
    scheduler: new SchedulerClient(commandBus, clock, () => follower.toldInLog()),
    commands: new EngineCommandsClient(commandBus, clock, (key) => standingOf(follower.view, key)),
    daemons: ways.daemons,
    log,
    orderKeys: openOrderKeys(config, log, randomness),
    bus,
    clock,
    randomness,
    logger,
    instance,
    pulls: new PullMemory(clock),
    imageFlights: new SingleFlight(),
    meter: new RequestMeter(),
    tunnels: ways.tunnels,
    forwards: new Forwards({ follower, publish, ownPorts, dialer: new PortDialer(ways.tunnels, clock), clock, logger }),
    config,
    policy: new PolicyStanding(),
    scope: undefined,
    retired: undefined,
    ownSockets: new Set(hosts.map(listenPlace).flatMap((place) => (place.kind === 'unix' ? [place.path] : []))),
    version: gatewayVersion,
    host: readHostFacts(),
  };
}

function portOf(place: ReturnType<typeof listenPlace>): number {
  return place.kind === 'tcp' ? place.port : 0;
}

type Served = Pick<DispatcherDeps, 'known' | 'cors' | 'meter' | 'isTraced' | 'gate'> & { readonly routes: readonly Route[] };

function dispatcherOf({ follower, config, logger }: Fleet, { routes, known, cors, meter, isTraced, gate }: Served): Dispatcher {
  const versions = () => apiWindow(follower.view, config.apiVersion);
  return new Dispatcher({
    router: new Router(routes),
    known,
    versions,
    server: `Baleen/${gatewayVersion} (linux)`,
    cors,
    meter,
    gate,
    isTraced,
    logger,
  });
}
