import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Specs of a minute and more, longest first: one that began last would leave the other worker idle until it ends. */
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
];

/** The order of test files: the longest first, the others as vitest orders them (largest first). */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
  return rank === -1 ? longest.length : rank;
}
