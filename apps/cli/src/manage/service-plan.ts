import type { ManageSettings } from '../flags/manage-flags.ts';

export type ServiceApp = 'discovery' | 'engine-monitor' | 'scheduler' | 'api-gateway';

/** One process to run: its app and its environment (the keys of its config, docs/config.md). */
export type ServicePlan = { readonly name: string; readonly app: ServiceApp; readonly env: Readonly<Record<string, string>> };

/** The processes of `baleen manage`, in the order in which they are started. */
export function planServices(settings: ManageSettings, natsUrl: string, logLevel: string): ServicePlan[] {
  const common = {
    BALEEN_NATS: natsUrl,
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
      env: { ...common, ...engineTransportEnv(settings), ...monitorEnv(settings) },
    }),
  );
  const schedulers = numbered('scheduler', settings.schedulers).map(
    (name): ServicePlan => ({ name, app: 'scheduler', env: { ...common, ...schedulerEnv(settings) } }),
  );
  const gateways = numbered('gateway', settings.gateways).map(
    (name, index): ServicePlan => ({
      name,
      app: 'api-gateway',
      env: { ...common, ...engineTransportEnv(settings), ...gatewayEnv(settings, index) },
    }),
  );
  return [discovery, ...monitors, ...schedulers, ...gateways];
}

/** Where each gateway listens: the first on the hosts given, the n-th there too, or on the n-th port after; sockets cannot be shared (`.n`). */
export function gatewayHosts(hosts: readonly string[], index: number, sharesPorts: boolean): string[] {
  return hosts.map((host) => {
    if (index === 0) return host;
    if (host.startsWith('unix://')) return `${host}.${index}`;
    if (sharesPorts) return host;
    return host.replace(/:(\d+)$/, (_, port: string) => `:${Number(port) + index}`);
  });
}

/** What no flag says is left to our own environment, which services inherit. */
function engineTransportEnv({ engineTransport: given }: ManageSettings): Record<string, string> {
  const values = {
    BALEEN_ENGINE_TLS: given.engineTls === 'off' ? undefined : given.engineTls,
    BALEEN_ENGINE_TLS_CA_FILE: given.engineTlsCaFile,
    BALEEN_ENGINE_TLS_CERT_FILE: given.engineTlsCertFile,
    BALEEN_ENGINE_TLS_KEY_FILE: given.engineTlsKeyFile,
    BALEEN_ENGINE_TLS_DIR: given.engineTlsDir,
    BALEEN_ENGINE_SSH_CONFIG_FILE: given.engineSshConfigFile,
  };
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
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

function gatewayEnv(settings: ManageSettings, index: number): Record<string, string> {
  return {
    BALEEN_HOSTS: gatewayHosts(settings.hosts, index, settings.sharedPorts).join(','),
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
