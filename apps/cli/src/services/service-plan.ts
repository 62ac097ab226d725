import { credentialsFile } from '#nats-keys';
import type { ManageSettings } from '../flags/manage-flags.ts';
import { endpointEnv, engineTransportEnv } from '../flags/tls-flags.ts';

export type ServiceApp = 'discovery' | 'engine-monitor' | 'scheduler' | 'api-gateway';

/** The NATS of all processes. */
export type ServiceNats = {
  readonly url: string;
  /** CA of its servers, PEM; `undefined` = as the environment says. */
  readonly caFile?: string | undefined;
  /** Folder of `baleen nats-keys`: each process has its own credentials there. `undefined` = as the environment says. */
  readonly keyFolder?: string | undefined;
  /** What gateways and schedulers seal orders with; `undefined` = as `keyFolder` or the environment says, else the log has it. */
  readonly orderKeyFile?: string | undefined;
};

/** One process to run: its app and its environment (the keys of its config, docs/config.md). */
export type ServicePlan = {
  readonly name: string;
  readonly app: ServiceApp;
  readonly env: Readonly<Record<string, string>>;
  /** Descriptors of ours that it gets under the same numbers. */
  readonly passed?: readonly number[];
};

/**
 * The processes of `baleen manage`, in the order in which they are started. They inherit our own environment, which says what
 * neither a flag nor its default does. The first gateway listens on `ownSocket` too.
 */
export function planServices(settings: ManageSettings, nats: ServiceNats, logLevel: string, ownSocket?: string): ServicePlan[] {
  const common = {
    BALEEN_NATS: nats.url,
    ...(nats.caFile === undefined ? {} : { BALEEN_NATS_CA_FILE: nats.caFile }),
    BALEEN_CLUSTER: settings.cluster,
    BALEEN_LOG_LEVEL: logLevel,
    BALEEN_NATS_STORAGE: settings.natsStorage,
  };
  const discovery: ServicePlan = {
    name: 'discovery',
    app: 'discovery',
    env: {
      ...common,
      BALEEN_DISCOVERY: settings.discovery,
      BALEEN_DISCOVERY_OPT: settings.discoveryOpts.join(';'),
      BALEEN_HEARTBEAT_MS: String(settings.heartbeatMs),
    },
  };
  const monitors = numbered('monitor', settings.monitors).map(
    (name): ServicePlan => ({
      name,
      app: 'engine-monitor',
      env: { ...common, ...engineTransportEnv(settings.engineTransport), ...monitorEnv(settings) },
    }),
  );
  const schedulers = numbered('scheduler', settings.schedulers).map(
    (name): ServicePlan => ({ name, app: 'scheduler', env: { ...common, ...schedulerEnv(settings) } }),
  );
  const gateways = numbered('gateway', settings.gateways).map(
    (name, index): ServicePlan => ({
      name,
      app: 'api-gateway',
      env: {
        ...common,
        ...engineTransportEnv(settings.engineTransport),
        ...endpointEnv(settings.endpoint),
        ...gatewayEnv(settings, index, index === 0 ? ownSocket : undefined),
      },
      passed: passedTo(settings),
    }),
  );
  const ordering = [...schedulers, ...gateways].map((plan) => withOrderKey(plan, nats));
  return [discovery, ...monitors, ...ordering].map((plan) => withCredentials(plan, nats));
}

/** A health port in our own environment is the first process's, and the n-th has the n-th after it; what is no port is left for them to refuse. */
export function withHealthPorts(plans: readonly ServicePlan[], first: string | undefined): readonly ServicePlan[] {
  const port = Number(first);
  if (!(port > 0)) return plans;
  return plans.map((plan, index) => ({ ...plan, env: { ...plan.env, BALEEN_HEALTH_PORT: String(port + index) } }));
}

function withOrderKey(plan: ServicePlan, { orderKeyFile }: ServiceNats): ServicePlan {
  return orderKeyFile === undefined ? plan : { ...plan, env: { ...plan.env, BALEEN_ORDER_KEY_FILE: orderKeyFile } };
}

function withCredentials(plan: ServicePlan, { keyFolder }: ServiceNats): ServicePlan {
  if (keyFolder === undefined) return plan;
  return { ...plan, env: { ...plan.env, BALEEN_NATS_CREDS_FILE: credentialsFile(keyFolder, plan.app) } };
}

/** Where each gateway listens: the first on the hosts given, the n-th there too, or on the n-th port after; sockets cannot be shared (`.n`), passed ones (`fd://3`) always are. */
export function gatewayHosts(hosts: readonly string[], index: number, sharesPorts: boolean): string[] {
  return hosts.map((host) => {
    if (index === 0) return host;
    if (host.startsWith('unix://')) return `${host}.${index}`;
    if (sharesPorts || host.startsWith('fd://')) return host;
    return host.replace(/:(\d+)$/, (_, port: string) => `:${Number(port) + index}`);
  });
}

function monitorEnv(settings: ManageSettings): Record<string, string> {
  return {
    BALEEN_ENGINE_REFRESH_MIN_MS: String(settings.refreshMinMs),
    BALEEN_ENGINE_REFRESH_MAX_MS: String(settings.refreshMaxMs),
    BALEEN_ENGINE_FAILURE_RETRY: String(settings.failureRetry),
  };
}

function schedulerEnv(settings: ManageSettings): Record<string, string> {
  return {
    BALEEN_STRATEGY: settings.strategy,
    ...(settings.filters.length > 0 ? { BALEEN_FILTERS: settings.filters.join(',') } : {}),
    BALEEN_CLUSTER_OPTS: settings.clusterOpts.join(';'),
    BALEEN_PUBLISH: settings.publish.mode,
    ...(settings.publish.ports === undefined ? {} : { BALEEN_PUBLISH_PORTS: settings.publish.ports }),
    BALEEN_LEASE_TTL_MS: String(settings.schedulerLeaseTtlMs),
    BALEEN_MIN_ENGINE_API: settings.api.minEngineApi,
  };
}

/** Descriptors that gateways listen on. */
function passedTo({ hosts, adminHosts }: ManageSettings): number[] {
  return [...hosts, ...adminHosts].flatMap((host) => (host.startsWith('fd://') ? [Number(host.slice('fd://'.length))] : []));
}

function gatewayEnv(settings: ManageSettings, index: number, ownSocket: string | undefined): Record<string, string> {
  const hosts = gatewayHosts(settings.hosts, index, settings.sharedPorts);
  return {
    BALEEN_HOSTS: [...hosts, ...(ownSocket === undefined ? [] : [`unix://${ownSocket}`])].join(','),
    BALEEN_SHARE_PORTS: String(settings.sharedPorts),
    BALEEN_ADMIN_HOSTS: gatewayHosts(settings.adminHosts, index, false).join(','),
    BALEEN_PUBLISH: settings.publish.mode,
    BALEEN_CONTAINER_NAMES: settings.containerNames,
    BALEEN_CORS: String(settings.cors),
    BALEEN_DEBUG: String(settings.debug),
    BALEEN_API_VERSION: settings.api.apiVersion,
    BALEEN_MIN_ENGINE_API: settings.api.minEngineApi,
    BALEEN_DOCKER_SOCKET: settings.dockerSocket,
    BALEEN_STRATEGY: settings.strategy,
    ...(settings.filters.length > 0 ? { BALEEN_FILTERS: settings.filters.join(',') } : {}),
    BALEEN_CLUSTER_OPTS: settings.clusterOpts.join(';'),
  };
}

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (count === 1 ? name : `${name}-${index + 1}`));
}
