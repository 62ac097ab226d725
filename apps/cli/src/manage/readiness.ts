import type { EndpointConfig } from '#endpoint';
import { readDiscovery } from '../flags/discovery-flags.ts';
import type { ManageSettings } from '../flags/manage-flags.ts';
import { dockerHost } from '../listening/listen-hosts.ts';
import { gatewayHosts } from '../services/service-plan.ts';
import { waysToAddEngines } from './adding-engines.ts';
import type { Ready } from './ready-block.ts';

/** For the shell of a client; on standard output, so that a script may evaluate them. */
export function exportLines(settings: ManageSettings, { tls }: EndpointConfig): string[] {
  const hosts = dockerHosts(settings).map((host) => `export DOCKER_HOST=${host}`);
  return tls === 'off' ? hosts : [...hosts, 'export DOCKER_TLS_VERIFY=1'];
}

export function readiness(settings: ManageSettings, { tls }: EndpointConfig): Ready {
  const { discovery, discoveryOpts, natsListen, natsDir, nats } = settings;
  const isTls = tls !== 'off';
  return {
    dockerHosts: dockerHosts(settings),
    tlsVariables: `${isTls ? ' DOCKER_TLS_VERIFY=1' : ''}${tls === 'verify' ? ' DOCKER_CERT_PATH=…' : ''}`,
    dashboards: listeners(settings, settings.adminHosts, false).map((host) => browsable(dockerHost(host), isTls)),
    adding: waysToAddEngines({
      discovery: readDiscovery(discovery, discoveryOpts),
      agentsNatsDir: natsListen === undefined ? undefined : natsDir,
      isOwnNats: nats !== undefined,
    }),
  };
}

function dockerHosts(settings: ManageSettings): string[] {
  return listeners(settings, settings.hosts, settings.sharedPorts).map(dockerHost);
}

/** Of all gateways, each once. */
function listeners({ gateways }: ManageSettings, hosts: readonly string[], sharesPorts: boolean): string[] {
  const each = Array.from({ length: gateways }, (_, index) => gatewayHosts(hosts, index, sharesPorts));
  return [...new Set(each.flat())];
}

function browsable(host: string, isTls: boolean): string {
  return host.startsWith('tcp://') ? `${host.replace('tcp://', isTls ? 'https://' : 'http://')}/` : host;
}
