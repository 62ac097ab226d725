import { BaleenError, labels as known } from '#contracts';
import { readCreateBody } from './create-body.ts';
import { replaceMembers } from './json-members.ts';

/** Scheduling expressions of a create, from labels and environment (spec 4.4). */
export type SchedulingKeys = {
  readonly constraints: readonly string[];
  readonly affinities: readonly string[];
  readonly whitelists: readonly string[];
  readonly reschedulePolicies: readonly string[];
};

const sources = [
  { key: 'constraints', label: known.constraints, env: 'constraint' },
  { key: 'affinities', label: known.affinities, env: 'affinity' },
  { key: 'whitelists', label: known.whitelists, env: 'whitelist' },
  { key: 'reschedulePolicies', label: known.reschedulePolicies, env: 'reschedule' },
] as const;

const policies: ReadonlySet<string> = new Set(['off', 'on-node-failure', 'on-node-failure-stateful']);

/**
 * Reads the expressions; label ones come first, then those of the environment, in order. Gives the environment without them, and the
 * labels with the merged lists. A label that is no JSON array of strings is left as it is, as in classic.
 */
export function readSchedulingKeys(env: readonly string[], given: Readonly<Record<string, string>>) {
  const labels: Record<string, string> = { ...given };
  const lists = {
    constraints: [] as string[],
    affinities: [] as string[],
    whitelists: [] as string[],
    reschedulePolicies: [] as string[],
  };
  const taken = new Set<string>();
  for (const { key, label, env: prefix } of sources) {
    const fromEnv = env.filter((entry) => entry.startsWith(`${prefix}:`));
    for (const entry of fromEnv) taken.add(entry);
    lists[key].push(...expressionsIn(given[label]), ...fromEnv.map((entry) => entry.slice(prefix.length + 1)));
    if (fromEnv.length > 0) labels[label] = JSON.stringify(lists[key]);
  }
  checkPolicies(lists.reschedulePolicies);
  return { keys: lists satisfies SchedulingKeys, env: env.filter((entry) => !taken.has(entry)), labels };
}

/** Classic's label form: a JSON array of expressions; anything else is ignored, as classic did (spec/classic-swarm.md 4.4). */
export function expressionsIn(label: string | undefined): string[] {
  if (label === undefined) return [];
  try {
    const parsed: unknown = JSON.parse(label);
    return Array.isArray(parsed) && parsed.every((item) => typeof item === 'string') ? parsed : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** A create body with more constraints, as if its client had put them into the label. Throws request/invalid, see `readCreateBody`. */
export function withConstraints(bytes: Buffer, constraints: readonly string[]): Buffer {
  if (constraints.length === 0) return bytes;
  const body = readCreateBody(bytes);
  const given = body.fields.Labels ?? {};
  const all = [...expressionsIn(given[known.constraints]), ...constraints];
  return replaceMembers(body.bytes, { Labels: JSON.stringify({ ...given, [known.constraints]: JSON.stringify(all) }) });
}

function checkPolicies(given: readonly string[]): void {
  if (given.length > 1)
    throw new BaleenError('placement/invalid-expression', `too many reschedule policies: ${given.join(', ')} (one at most)`);
  const [policy] = given;
  if (policy !== undefined && !policies.has(policy)) {
    throw new BaleenError(
      'placement/invalid-expression',
      `invalid reschedule policy: ${policy} (known: ${[...policies].join(', ')})`,
    );
  }
}
