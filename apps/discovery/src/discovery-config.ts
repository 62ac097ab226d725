import { z } from 'zod';
import { BaleenError } from '#contracts';
import { processConfigShape } from '#service-shell';
import { parseDiscovery } from './sources/discovery-argument.ts';

export const discoveryConfigSchema = z.object({
  ...processConfigShape,
  discovery: z
    .string()
    .min(1)
    .superRefine(checkDiscovery)
    .describe('Discovery argument: `host:port,…`, `nodes://…`, `unix:///path` or `file:///path`'),
  heartbeatMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(60_000)
    .describe('Time between two reads of a discovery that is polled, ms'),
  leaseTtlMs: z.coerce
    .number()
    .int()
    .min(1_000)
    .default(5_000)
    .describe('Another discovery takes over this long after one died, ms'),
});
export type DiscoveryConfig = z.infer<typeof discoveryConfigSchema>;

/** A wrong argument is a wrong configuration: starting again cannot help. */
function checkDiscovery(argument: string, context: z.RefinementCtx): void {
  try {
    parseDiscovery(argument);
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
}
