import type { DiscoverySource } from '../discovery-source.ts';

/** `nodes://`: one list, given with the argument, that never changes (spec 2.3). */
export function nodesSource(addresses: readonly string[]): DiscoverySource {
  return {
    name: 'nodes',
    start(observer) {
      observer.onList(addresses);
      return { stop: () => undefined };
    },
  };
}
