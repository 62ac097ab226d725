import type { Quotas } from '#access';
import { refused } from './judge.ts';

/** What a container says that it takes; the scheduler counts it, over the whole fleet. */
type Said = { readonly memoryBytes: number; readonly nanoCpus: number; readonly publishesAll: boolean };

/** Refuses a container that could take more than can be counted. */
export function refuseUncounted(quotas: Quotas, { memoryBytes, nanoCpus, publishesAll }: Said): void {
  if (quotas.memoryBytes !== undefined && memoryBytes <= 0) throw refused('there is a quota of memory: say how much (--memory)');
  if (quotas.cpus !== undefined && nanoCpus <= 0) throw refused('there is a quota of CPUs: say how many (--cpus)');
  if (quotas.publishedPorts !== undefined && publishesAll)
    throw refused('there is a quota of published ports: publish them one by one (-p), not all (-P)');
}
