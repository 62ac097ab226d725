import { runSeed } from './run-seed.ts';

/**
 * `node test/simulation/run.ts [--seed=N] [--from=N --count=N]`: one seed with its trace, or many with a summary.
 */
const given = new Map(process.argv.slice(2).map((word) => word.replace(/^--/, '').split('=') as [string, string]));
const print = (line: string) => process.stdout.write(`${line}\n`);
const seed = given.get('seed');

if (seed !== undefined) {
  const outcome = await runSeed(Number(seed));
  for (const line of outcome.trace) print(line);
  for (const violation of outcome.violations) print(violation);
  process.exitCode = outcome.violations.length > 0 ? 1 : 0;
} else {
  const from = Number(given.get('from') ?? 1);
  const count = Number(given.get('count') ?? 100);
  const totals = new Map<string, number>();
  let failed = 0;
  let elapsedMs = 0;
  for (let next = from; next < from + count; next++) {
    const outcome = await runSeed(next);
    elapsedMs += outcome.elapsedMs;
    for (const [row, times] of outcome.tally) totals.set(row, (totals.get(row) ?? 0) + times);
    if (outcome.violations.length === 0) continue;
    failed += 1;
    print(`seed ${next}: ${outcome.violations[0]?.split('\n')[0]}`);
  }
  for (const [row, times] of [...totals].sort()) print(`${String(times).padStart(7)} ${row}`);
  const cpuMs = process.cpuUsage().user / 1_000;
  print(
    `${count} seeds, ${failed} failed, ${Math.round(elapsedMs / 1_000)} s simulated, ${Math.round(cpuMs / count)} ms CPU each`,
  );
  process.exitCode = failed > 0 ? 1 : 0;
}
