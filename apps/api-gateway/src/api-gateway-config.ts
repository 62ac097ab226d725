import { z } from 'zod';
import { clusterOptionsText, filterNames, orderKeyFileText, PublishMode, publishDescription } from '#contracts';
import { ApiVersionMode, apiFloorText, dockerSocketForms, engineTransportConfigShape, parseDockerSocket } from '#docker-api';
import { defaultHost, endpointConfigShape } from '#endpoint';
import { flagText, listText, processConfigShape } from '#service-shell';

const dockerSocketText = z.string().transform((text, context) => {
  const parsed = parseDockerSocket(text);
  if (!('complaint' in parsed)) return parsed;
  context.addIssue(parsed.complaint);
  return z.NEVER;
});

/** Configuration of the gateway process: one environment variable per key (`BALEEN_HOSTS` …). */
export const gatewayConfigSchema = z.object({
  ...processConfigShape,
  ...engineTransportConfigShape,
  hosts: listText
    .default([defaultHost])
    .describe(
      'Where the Docker API listens: tcp://host:port, host:port, unix:///path or fd:// (sockets of systemd), comma-separated',
    ),
  sharePorts: flagText
    .default(false)
    .describe('Other gateways of this machine listen on the same TCP ports, and the kernel spreads connections: true or false'),
  adminHosts: listText
    .default([])
    .describe(
      'Where operators look and ask: the dashboard at /, and the routes that docs/api.md lists for this listener; empty = nowhere',
    ),
  ...endpointConfigShape,
  containerNames: z
    .enum(['node', 'plain'])
    .default('node')
    .describe('Names in `docker ps`: node/name as classic Swarm showed them, or plain'),
  cors: flagText
    .default(false)
    .describe('CORS headers on every answer, for pages of any origin (classic’s --api-enable-cors): true or false'),
  debug: flagText.default(false).describe('Serve the profiler under /debug/pprof/: true or false'),
  apiVersion: ApiVersionMode.default('common').describe(
    'API version announced to clients: the newest that all engines in service speak, or the newest that any does; what older ones lack is then placed elsewhere or refused',
  ),
  minEngineApi: apiFloorText,
  strategy: z.string().default('spread').describe('Strategy of the schedulers, shown in `docker info`'),
  filters: listText.default([...filterNames]).describe('Filters of the schedulers, shown in `docker info`'),
  clusterOpts: clusterOptionsText.prefault('').describe('Options of classic’s --cluster-opt as key=value, separated by ;'),
  publish: PublishMode.default('auto').describe(publishDescription),
  orderKeyFile: orderKeyFileText,
  dockerSocket: dockerSocketText
    .prefault('engine')
    .describe(
      `What a container gets that mounts Docker’s socket: ${dockerSocketForms}. engine = its own engine’s; refuse = its create is refused; an address = the fleet, in DOCKER_HOST instead of the mount; a path = the fleet, by a socket kept there on every engine’s machine`,
    ),
  bodyLimitBytes: z.coerce
    .number()
    .int()
    .min(1_024)
    .default(16 * 1_024 * 1_024)
    .describe('Largest request body that is read into memory (create, network create …), bytes'),
});
export type ApiGatewayConfig = z.infer<typeof gatewayConfigSchema>;
