import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Specs of some 40 s and more, longest first: one that began last would leave the other worker idle until it ends. */
const longest = [
  'load-held.spec.ts',
  'stack/compose.spec.ts',
  'agent.spec.ts',
  'docker-cli.spec.ts',
  'engine-lifecycle.spec.ts',
  'start.spec.ts',
  'engine-monitor.spec.ts',
  'build.spec.ts',
  'images.spec.ts',
  'names.spec.ts',
  'published-ports.spec.ts',
  'tenants/tenants.spec.ts',
  'read-your-writes.spec.ts',
  'e2e/fuzz.spec.ts',
  'e2e/differences.spec.ts',
];

/** Longest first, and all behind the others, which wait more than they work and so are what runs beside the held load. */
const afterLoad = [
  'engine/inventory.spec.ts',
  'engine/testbed.spec.ts',
  'engine/attach-sessions.spec.ts',
  'engine/relay.spec.ts',
  'engine/streams.spec.ts',
  'engine/docker-api.spec.ts',
  'engine/exec-sessions.spec.ts',
  'engine/engine-upgrade.spec.ts',
  'engine/engine-simulator.spec.ts',
];

/** The order of test files: the longest first, the others as vitest orders them (largest first), behind them what is for after the load. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const placeIn = (names: readonly string[]) => names.findIndex((name) => moduleId.endsWith(`/${name}`));
  const place = placeIn(longest);
  return place === -1 ? longest.length + 1 + placeIn(afterLoad) : place;
}
