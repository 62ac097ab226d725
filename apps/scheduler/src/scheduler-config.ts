import { z } from 'zod';
import {
  clusterOptionsText,
  defaultLeaderTtlMs,
  defaultPublishPorts,
  filterNames,
  leaderTtlMinMs,
  orderKeyFileText,
  PublishMode,
  portSpanText,
  publishDescription,
  strategyText,
} from '#contracts';
import { apiFloorText } from '#docker-api';
import { listText, processConfigShape } from '#service-shell';

const leaseTtlMaxMs = 300_000;

export const schedulerConfigSchema = z.object({
  ...processConfigShape,
  strategy: strategyText
    .prefault('spread')
    .describe('Which engine is best among those that may run a container: spread, binpack or random'),
  filters: listText
    .pipe(z.array(z.enum(filterNames)))
    .default([...filterNames])
    .describe('Filters that judge engines, comma-separated, in the order in which they judge'),
  clusterOpts: clusterOptionsText
    .prefault('')
    .describe('key=value entries separated by `;`: swarm.overcommit, swarm.createretry, swarm.cpushares, baleen.groups'),
  minEngineApi: apiFloorText,
  publish: PublishMode.default('auto').describe(publishDescription),
  publishPorts: portSpanText
    .default(defaultPublishPorts)
    .describe('Host ports drawn at the gateways for bindings that name none, from-to; outside the machines’ ephemeral ports'),
  orderKeyFile: orderKeyFileText,
  leaseTtlMs: z.coerce
    .number()
    .int()
    .min(leaderTtlMinMs)
    .max(leaseTtlMaxMs)
    .default(defaultLeaderTtlMs)
    .describe(
      'How long a leader may be silent before another takes over, ms (--replication-ttl); 10000 or more with 3 NATS replicas',
    ),
});
export type SchedulerConfig = z.infer<typeof schedulerConfigSchema>;
