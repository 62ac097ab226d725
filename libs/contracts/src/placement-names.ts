import { z } from 'zod';

/** Classic's filters (spec 5.2–5.7) by the names that `--filter` takes, in the order in which they judge. */
export const filterNames = ['health', 'port', 'containerslots', 'dependency', 'affinity', 'constraint', 'whitelist'] as const;
export type FilterName = (typeof filterNames)[number];

export const strategyNames = ['spread', 'binpack', 'random'] as const;
export type StrategyName = (typeof strategyNames)[number];

/** What `--strategy` takes: those, and classic's hidden second name of `binpack` (spec 1.6). */
export const strategyText = z
  .enum([...strategyNames, 'binpacking'])
  .transform((name): StrategyName => (name === 'binpacking' ? 'binpack' : name));
