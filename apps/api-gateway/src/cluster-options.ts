import { z } from 'zod';

/** The part of `--cluster-opt` that the gateway acts on or shows; other keys are other processes' (spec/classic-swarm.md 1.6). */
export type GatewayClusterOptions = {
  /** Share of an engine's capacity that may be promised beyond it; shown in `docker info`. */
  readonly overcommit: number;
  /** Plain repetitions of a create that an engine failed. */
  readonly createRetry: number;
  /** `cores`: CPU shares count as whole CPUs, as classic read them. */
  readonly cpuShares: 'cores' | 'shares';
  /** Where a pull goes that a client makes for its create: to the chosen engine, or to all. */
  readonly pull: 'chosen' | 'all';
};

export const defaultClusterOptions: GatewayClusterOptions = {
  overcommit: 0.05,
  createRetry: 0,
  cpuShares: 'shares',
  pull: 'chosen',
};

/** More attempts than this would only hide a broken engine behind a slow client. */
const highestCreateRetry = 10;

const options = z.object({
  'swarm.overcommit': z.coerce.number().gt(-1).default(defaultClusterOptions.overcommit),
  'swarm.createretry': z.coerce.number().int().min(0).max(highestCreateRetry).default(defaultClusterOptions.createRetry),
  'swarm.cpushares': z.enum(['cores', 'shares']).default(defaultClusterOptions.cpuShares),
  'baleen.pull': z.enum(['chosen', 'all']).default(defaultClusterOptions.pull),
});

/** `key=value` entries separated by `;`; the last entry of a key counts. */
export const clusterOptionsText = z.string().transform((text, context): GatewayClusterOptions => {
  const entries = text.split(';').filter((entry) => entry.trim() !== '');
  const given = entries.map((entry) => entry.split('=')).map(([key = '', ...value]) => [key.trim(), value.join('=')] as const);
  const parsed = options.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) context.addIssue(`${issue.path.join('.')}: ${issue.message}`);
    return defaultClusterOptions;
  }
  return {
    overcommit: parsed.data['swarm.overcommit'],
    createRetry: parsed.data['swarm.createretry'],
    cpuShares: parsed.data['swarm.cpushares'],
    pull: parsed.data['baleen.pull'],
  };
});
