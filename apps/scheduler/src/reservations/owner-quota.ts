import { BaleenError, type OwnerQuota } from '#contracts';
import type { Usage } from '../fleet/owner-usage.ts';

/** In words, with what is to be done. */
const words: Readonly<Record<keyof Usage, string>> = {
  containers: 'containers',
  memoryBytes: 'bytes of memory',
  cpus: 'CPUs',
  publishedPorts: 'published ports',
  networks: 'networks',
  volumes: 'volumes',
};

/** The refusal of what would bring a tenant above a limit; `undefined` = it would not. */
export function quotaRefusal(quota: OwnerQuota, used: Usage, asked: Partial<Usage>): BaleenError | undefined {
  for (const name of Object.keys(words) as (keyof Usage)[]) {
    const [max, more] = [quota[name], asked[name] ?? 0];
    if (max === undefined || more <= 0 || used[name] + more <= max) continue;
    return new BaleenError(
      'access/refused',
      `the policy refuses this: the quota is ${max} ${words[name]}, ${used[name]} are in use and ${more} more were asked for: remove something first (tenant’s quotas.${name})`,
    );
  }
  return undefined;
}
