import { openRegistry, parseDiscovery } from '#discovery-sources';
import { systemClock } from '#service-shell';
import { openTestSource } from './reading.ts';
import type { Stage } from './source-conformance.ts';
import type { TestStore } from './test-store.ts';

/** Longer than any test: changes are seen by watching. */
const heartbeatMs = 600_000;

/** A stage over a registry server, below a prefix of its own. */
export function storeStage(store: TestStore, prefix: string): Stage {
  const argument = store.argument(prefix);
  const folder = `${prefix.slice(1)}/docker/swarm/nodes`;
  let written: readonly string[] = [];
  return {
    open: () => openTestSource(argument, store.options, heartbeatMs),
    write: async (entries) => {
      for (const entry of written) if (!entries.includes(entry)) await store.remove(`${folder}/${entry}`);
      for (const entry of entries) if (!written.includes(entry)) await store.put(`${folder}/${entry}`, entry);
      written = entries;
    },
    badEntry: { entry: 'foo', error: /address foo: missing port in address/ },
    outage: { begin: () => store.kill(), end: () => store.start() },
    openRegistry: () => openRegistry(parseDiscovery(argument, store.options), systemClock),
    close: () => store.stop(),
  };
}
