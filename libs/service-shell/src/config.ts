import { z } from 'zod';

/** A process cannot start with this configuration. `problems` holds all of them, each naming its variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** `leaseTtlMs` → `BALEEN_LEASE_TTL_MS`. */
function envName(key: string): string {
  return `BALEEN_${key.replace(/([A-Z])/g, '_$1').toUpperCase()}`;
}

/**
 * Reads a process' configuration from its environment: one variable per key of the schema (`envName`).
 * All problems are reported together. Unset and empty variables take the schema's default.
 */
export function readConfig<S extends z.ZodType>(schema: S, keys: readonly string[], env: NodeJS.ProcessEnv): z.infer<S> {
  const values: Record<string, string> = {};
  for (const key of keys) {
    const value = env[envName(key)];
    if (value !== undefined && value !== '') values[key] = value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) => {
      const name = issue.path.length > 0 ? envName(issue.path.map(String).join('.')) : 'configuration';
      return `${name}: ${issue.message}`;
    }),
  );
}

/** What `docs/config.md` says of one key. */
export type ConfigRow = {
  readonly key: string;
  readonly env: string;
  readonly description: string;
  readonly defaultValue: string;
};

/** Rows of the generated documentation, from the schema itself. */
export function describeConfig(schema: z.ZodObject): ConfigRow[] {
  return Object.entries(schema.shape).map(([key, field]) => {
    const fallback = (field as z.ZodType).safeParse(undefined);
    const shown = fallback.success ? JSON.stringify(fallback.data) : 'required';
    return { key, env: envName(key), description: (field as z.ZodType).description ?? '', defaultValue: shown ?? '–' };
  });
}

/** `true` or `false`. */
export const flagText = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A comma-separated list; empty items are dropped. */
export const listText = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
