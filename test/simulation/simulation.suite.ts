import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runSeed, type SeedOutcome } from './run-seed.ts';

/** Seeds of one CI run, over all parts; about 50 ms of CPU each. */
const seedsMax = 800;
/** Seeds of one test: a failure names its own. */
const blockSize = 100;
/** Lines of a trace that are shown; `node test/simulation/run.ts --seed=N` shows them all. */
const traceMax = 80;

/** Seeds that failed once, one a line; `#` begins a comment. */
function committedSeeds(): number[] {
  const lines = readFileSync(new URL('seeds.txt', import.meta.url), 'utf8').split('\n');
  return lines.map((line) => line.replace(/#.*/, '').trim()).flatMap((line) => (line === '' ? [] : [Number(line)]));
}

/** Every `parts`-th seed from `part` on, as tests: vitest runs files side by side. BALEEN_SIM_SEED runs that one seed alone. */
export function simulate(part: number, parts: number): void {
  const only = process.env['BALEEN_SIM_SEED'];
  const isOurs = (_: number, index: number) => index % parts === part - 1;
  if (only !== undefined) {
    it.runIf(part === 1)(`seed ${only} holds`, async () => {
      expect(await firstFailure([Number(only)])).toBe('');
    });
    return;
  }
  it('seeds that failed once hold', async () => {
    expect(await firstFailure(committedSeeds().filter(isOurs))).toBe('');
  });
  const seeds = Array.from({ length: seedsMax }, (_, index) => index + 1).filter(isOurs);
  for (let at = 0; at < seeds.length; at += blockSize) {
    const block = seeds.slice(at, at + blockSize);
    it(`seeds ${block[0]} to ${block.at(-1)} hold`, async () => {
      expect(await firstFailure(block)).toBe('');
    });
  }
}

/** Seed, violations and the end of the trace of the first seed that fails; empty = all hold. */
async function firstFailure(seeds: readonly number[]): Promise<string> {
  for (const seed of seeds) {
    const outcome = await runSeed(seed);
    if (outcome.violations.length > 0) return story(outcome);
  }
  return '';
}

function story({ seed, violations, trace }: SeedOutcome): string {
  const head = `seed ${seed} (all of it: node test/simulation/run.ts --seed=${seed})`;
  return [head, ...violations, ...trace.slice(-traceMax)].join('\n');
}
