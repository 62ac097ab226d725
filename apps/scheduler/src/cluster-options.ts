import { z } from 'zod';

/** `--cluster-opt` of classic (spec 1.6) and Baleen's own, as placement reads them. */
export type ClusterOptions = {
  /** Share of an engine's capacity that may be promised beyond it; 0.05 = 5 %. Larger than -1. */
  readonly overcommit: number;
  /** Plain retries of a failed create; the gateway's. */
  readonly createRetry: number;
  /** `cores`: `--cpu-shares n` asks for n cores, as classic read it; `shares`: weights that reserve nothing. */
  readonly cpuShares: 'cores' | 'shares';
  /** Labels whose equal values keep resources on one engine; empty = off. */
  readonly groupLabels: readonly string[];
};

export const defaultClusterOptions: ClusterOptions = {
  overcommit: 0.05,
  createRetry: 0,
  cpuShares: 'shares',
  groupLabels: ['com.docker.compose.project', 'org.testcontainers.sessionId', 'org.testcontainers.session-id'],
};

const overcommitText = z
  .string()
  .refine((text) => text.trim() !== '' && Number(text) > -1, 'swarm.overcommit should be a number larger than -1')
  .transform(Number);
const createRetryText = z
  .string()
  .regex(/^\+?\d+$/, 'swarm.createretry should be a whole number, not negative')
  .transform(Number);

/** `key=value` entries separated by `;`. Unknown keys are left to other processes, as classic did; the last entry of a key counts. */
export const clusterOptionsText = z.string().transform((text, context): ClusterOptions => {
  const given = new Map<string, string>();
  for (const entry of text.split(';').filter((part) => part.trim() !== '')) {
    const split = entry.indexOf('=');
    if (split < 0) context.addIssue(`${JSON.stringify(entry)} is not key=value`);
    else given.set(entry.slice(0, split).trim(), entry.slice(split + 1));
  }
  const read = <T>(key: string, schema: z.ZodType<T>, fallback: T): T => {
    const value = given.get(key);
    if (value === undefined) return fallback;
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    context.addIssue(`${key}: ${parsed.error.issues[0]?.message ?? 'is invalid'}`);
    return fallback;
  };
  const groups = given.get('baleen.groups');
  return {
    overcommit: read('swarm.overcommit', overcommitText, defaultClusterOptions.overcommit),
    createRetry: read('swarm.createretry', createRetryText, defaultClusterOptions.createRetry),
    cpuShares: read('swarm.cpushares', z.enum(['cores', 'shares']), defaultClusterOptions.cpuShares),
    groupLabels:
      groups === undefined
        ? defaultClusterOptions.groupLabels
        : groups
            .split(',')
            .map((label) => label.trim())
            .filter((label) => label !== ''),
  };
});
