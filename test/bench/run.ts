import { availableParallelism, loadavg } from 'node:os';
import { parseArguments } from './arguments.ts';
import type { BenchCase } from './bench-case.ts';
import { coldStartBench } from './cases/cold-start.bench.ts';
import { createsBench } from './cases/creates.bench.ts';
import { eventsBench } from './cases/events.bench.ts';
import { failoverBench } from './cases/failover.bench.ts';
import { heldBench } from './cases/held.bench.ts';
import { idleBench } from './cases/idle.bench.ts';
import { machineBench } from './cases/machine.bench.ts';
import { placementBench } from './cases/placement.bench.ts';
import { readsBench } from './cases/reads.bench.ts';
import { stormBench } from './cases/storm.bench.ts';
import { streamsBench } from './cases/streams.bench.ts';
import { FleetShelf } from './fleet/fleet-shelf.ts';
import { comparison } from './report/comparison.ts';
import type { Row } from './report/row.ts';
import { readRun, saveRun } from './report/saved-run.ts';
import { tableOf } from './report/table.ts';

/** In the order in which they run. */
const benches: Readonly<Record<string, BenchCase>> = {
  machine: machineBench,
  'cold-start': coldStartBench,
  reads: readsBench,
  creates: createsBench,
  idle: idleBench,
  events: eventsBench,
  failover: failoverBench,
  streams: streamsBench,
  placement: placementBench,
  storm: stormBench,
  held: heldBench,
};

const given = parseArguments(process.argv.slice(2), new Map(Object.entries(benches).map(([name, { about }]) => [name, about])));
const before = given.compare === undefined ? undefined : readRun(given.compare);
const wanted = Object.entries(benches).filter(([name, bench]) =>
  given.cases.length === 0 ? bench.isOnDemand !== true : given.cases.includes(name),
);
// An end by signal is one at which measured processes are ended too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const rows: Row[] = [];
const head = { at: new Date().toISOString(), node: process.version, cpus: availableParallelism(), loadBefore: loadavg()[0] ?? 0 };
console.log(`node ${head.node}, ${head.cpus} CPUs, load ${head.loadBefore.toFixed(2)}`);

for (const [name, bench] of wanted) {
  if ('run' in bench) await show(name, bench.run(given));
}
for (const size of given.sizes) {
  const shelf = new FleetShelf(size);
  try {
    for (const [name, bench] of wanted) if ('runAt' in bench) await show(`${name} ${shelf.shownSize}`, bench.runAt(shelf, given));
  } finally {
    await shelf.close();
  }
}
const loadAfter = loadavg()[0] ?? 0;
console.log(`\nload ${loadAfter.toFixed(2)} at the end`);
if (before !== undefined) for (const line of comparison(rows, before.rows)) console.log(line);
// Followers of the in-memory logs have no end of their own.
process.exit();

/** Prints a family's table when it is complete, and each row's name at once: some take minutes. */
async function show(title: string, measured: AsyncIterable<Row>): Promise<void> {
  console.log(`\n${title}`);
  const family: Row[] = [];
  try {
    for await (const row of measured) {
      family.push(row);
      rows.push(row);
      // Also what a run that is interrupted has measured is kept.
      if (given.json !== undefined) saveRun(given.json, { ...head, loadAfter: loadavg()[0] ?? 0, rows });
      process.stderr.write(`${row.case} ${row.size}\n`);
    }
  } catch (error) {
    // The other cases are worth their minutes all the same.
    process.exitCode = 1;
    console.log(`FAILED ${title}: ${error instanceof Error ? error.message : String(error)}`);
  }
  for (const line of tableOf(family)) console.log(line);
}
