import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stack } from '../e2e/product/stack.ts';
import { compareTranscripts } from './compare/compare-transcripts.ts';
import type { Difference } from './compare/difference.ts';
import { addressOf, DiffBed } from './hosts.ts';
import { judge, parseDifferenceList, type SetUp } from './list/difference-list.ts';
import type { Scenario } from './session.ts';

const list = parseDifferenceList(readFileSync(new URL('../../docs/differences.md', import.meta.url), 'utf8'));

export type DiffSuite = SetUp & {
  readonly scenarios: readonly (readonly [string, Scenario])[];
  /** True = the scenarios are the whole corpus, so that a listed difference which none of them shows is stale. */
  readonly isWhole: boolean;
};

/**
 * Runs scenarios at a bare engine and at Baleen and holds what differs against docs/differences.md. With the variable
 * BALEEN_DIFF_OUT=folder it also writes all differences to `folder/<engines>-<fleet>.json`, for who writes the list.
 */
export function diffSuite({ fleet, engines, scenarios, isWhole }: DiffSuite): void {
  describe(`Baleen over ${fleet}, ${engines} engines`, () => {
    let bed: DiffBed;
    let stack: Stack;
    let steps = 0;
    const found: Difference[] = [];
    const done = new Set<string>();

    beforeAll(async () => {
      bed = await DiffBed.open(engines, fleet);
      stack = await bed.baleen();
    });

    afterAll(async () => {
      await stack?.stop();
      await bed?.close();
      process.stdout.write(`diff ${engines}/${fleet}: ${steps} steps, ${found.length} differences in ${done.size} scenarios\n`);
      const outFolder = process.env.BALEEN_DIFF_OUT;
      if (outFolder === undefined) return;
      mkdirSync(outFolder, { recursive: true });
      writeFileSync(`${outFolder}/${engines}-${fleet}.json`, JSON.stringify(found, null, 1));
    });

    it.each(scenarios)('%s: as the bare engine, but for what is listed', async (name, scenario) => {
      const [bare, baleen] = await Promise.all([
        bed.transcript(bed.bare.address, name, scenario),
        bed.transcript(addressOf(stack), name, scenario),
      ]);
      const differences = compareTranscripts(bare, baleen);
      found.push(...differences);
      done.add(name);
      steps += bare.steps.length;
      expect(judge(differences, list, { fleet, engines }).unlisted).toEqual([]);
    });

    if (isWhole) {
      it('every listed difference is still there', ({ skip }) => {
        if (done.size < scenarios.length) skip('only some scenarios ran');
        expect(judge(found, list, { fleet, engines }).stale.map(({ id }) => id)).toEqual([]);
      });
    }
  });
}
