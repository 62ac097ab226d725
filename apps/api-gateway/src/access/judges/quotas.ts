import type { Quotas } from '#access';
import { refused } from './judge.ts';

/** What a container says that it takes; the scheduler counts it, over the whole fleet. */
type Said = { readonly memoryBytes: number; readonly nanoCpus: number; readonly publishesAll: boolean };

/** Refuses a container that could take more than can be counted. */
export function refuseUncounted(quotas: Quotas, { memoryBytes, nanoCpus, publishesAll }: Said): void {
  if (quotas.memoryBytes !== undefined && memoryBytes <= 0)
    throw refused('there is a quota of memory: say how much (--memory)', 'quotas.memoryBytes');
  if (quotas.cpus !== undefined && nanoCpus <= 0) throw refused('there is a quota of CPUs: say how many (--cpus)', 'quotas.cpus');
  if (quotas.publishedPorts !== undefined && publishesAll)
    throw refused('there is a quota of published ports: publish them one by one (-p), not all (-P)', 'quotas.publishedPorts');
}

/** Refuses more swap than an engine gives by itself, as much as memory: what is swapped out is memory that no quota counts. */
export function refuseSwap(quotas: Quotas, { Memory, MemorySwap }: Record<'Memory' | 'MemorySwap', number>): void {
  if (quotas.memoryBytes === undefined || MemorySwap === 0) return;
  if (MemorySwap < 0 || MemorySwap > 2 * Memory)
    throw refused(
      'there is a quota of memory: ask for at most twice the memory as memory and swap (--memory-swap), or leave it out',
      'quotas.memoryBytes',
    );
}
