import { z } from 'zod';
import { BaleenError } from '#contracts';
import { parseDiscovery } from '#discovery-sources';
import { processConfigShape } from '#service-shell';

const optionsText = z.string().transform((text) => text.split(';').filter((option) => option !== ''));

const shape = {
  ...processConfigShape,
  discovery: z
    .string()
    .min(1)
    .describe(
      'Discovery argument: `host:port,…`, `nodes://…`, `unix:///path`, `file:///path`, `etcd://`, `consul://`, `zk://`, `token://`, `token+http://`, `dns://`, or `nats://` for agents alone',
    ),
  discoveryOpt: optionsText
    .default([])
    .describe('Options of the discovery, `key=value;…`: kv.path, kv.cacertfile, kv.certfile, kv.keyfile, dns.server'),
  heartbeatMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(60_000)
    .describe('Time between two reads of a discovery in which no change was seen, ms'),
  leaseTtlMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(5_000)
    .describe('Another discovery takes over this long after one died, ms'),
};

export const discoveryConfigSchema = z.object(shape).superRefine(checkDiscovery);
export type DiscoveryConfig = z.infer<typeof discoveryConfigSchema>;

/** A wrong argument is a wrong configuration: starting again cannot help. */
function checkDiscovery(
  config: { readonly discovery: string; readonly discoveryOpt: readonly string[] },
  context: z.RefinementCtx,
): void {
  try {
    parseDiscovery(config.discovery, config.discoveryOpt);
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    context.addIssue({ code: 'custom', path: ['discovery'], message: error.message });
  }
}
