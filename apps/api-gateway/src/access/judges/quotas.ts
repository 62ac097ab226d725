import type { Quotas } from '#access';
import type { FleetView } from '../../fleet-view/fleet-view.ts';
import { predefinedNetworks } from '../../fleet-view/lookup/copies.ts';
import { refused, type TenantCase } from './judge.ts';
import { addUsage, noUsage, type Usage } from './quota-holds.ts';

/** What each counts, in words. */
const words: Readonly<Record<keyof Quotas, string>> = {
  containers: 'containers',
  memoryBytes: 'bytes of memory',
  cpus: 'CPUs',
  publishedPorts: 'published ports',
  networks: 'networks',
  volumes: 'volumes',
};

/** Refuses what would bring the tenant above a quota, counting what other requests are about to use. */
export function refuseAboveQuota({ policy, own, holds }: TenantCase, asked: Usage): void {
  const { quotas } = policy;
  const limited = (Object.keys(words) as (keyof Quotas)[]).filter((name) => quotas[name] !== undefined && asked[name] > 0);
  if (limited.length === 0) return;
  const before = addUsage(usageOf(own), holds.sum);
  for (const name of limited) {
    const max = quotas[name] ?? 0;
    if (before[name] + asked[name] > max)
      throw refused(
        `the quota is ${max} ${words[name]}, ${before[name]} are in use and ${asked[name]} more were asked for: remove something first`,
      );
  }
}

/** Refuses a container that could take more than can be counted. */
export function refuseUncounted(quotas: Quotas, { memoryBytes, cpus }: Pick<Usage, 'memoryBytes' | 'cpus'>): void {
  if (quotas.memoryBytes !== undefined && memoryBytes <= 0) throw refused('there is a quota of memory: say how much (--memory)');
  if (quotas.cpus !== undefined && cpus <= 0) throw refused('there is a quota of CPUs: say how many (--cpus)');
}

/** Refuses more swap than an engine gives by itself, as much as memory: what is swapped out is memory that no quota counts. */
export function refuseSwap(quotas: Quotas, { Memory, MemorySwap }: Record<'Memory' | 'MemorySwap', number>): void {
  if (quotas.memoryBytes === undefined || MemorySwap === 0) return;
  if (MemorySwap < 0 || MemorySwap > 2 * Memory)
    throw refused(
      'there is a quota of memory: ask for at most twice the memory as memory and swap (--memory-swap), or leave it out',
    );
}

/** Of everything that the tenant has. */
function usageOf(own: FleetView): Usage {
  let usage = noUsage;
  for (const { facts } of own.objects('container')) {
    const { memoryBytes, nanoCpus } = facts.resources;
    const publishedPorts = facts.ports.length;
    usage = addUsage(usage, { ...noUsage, containers: 1, memoryBytes, cpus: nanoCpus / 1e9, publishedPorts });
  }
  const networks = [...own.objects('network')].filter(({ facts }) => !predefinedNetworks.has(facts.name)).length;
  return addUsage(usage, { ...noUsage, networks, volumes: [...own.objects('volume')].length });
}
