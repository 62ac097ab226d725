import { availableParallelism } from 'node:os';
import { measureEventStorm, stormLines } from './event-storm.bench.ts';
import { measureIdleEngines } from './idle-engines.bench.ts';
import { measureLeases } from './leases.bench.ts';
import { measurePlacement } from './placement.bench.ts';
import { measureStreams } from './streams.bench.ts';

/** Figures, not tests: what they should be is for the reader (and for docs) to compare. Nothing else may run meanwhile. */
console.log(`node ${process.version}, ${availableParallelism()} CPUs`);
const benches: Readonly<Record<string, () => Promise<readonly string[]> | Iterable<string> | AsyncIterable<string>>> = {
  placement: measurePlacement,
  leases: measureLeases,
  idle: measureIdleEngines,
  streams: measureStreams,
  storm: async () => stormLines(await measureEventStorm(1_000, 30)),
};
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(benches)) {
  if (wanted.length === 0 || wanted.includes(name)) for await (const line of await measure()) console.log(line);
}
// Followers of the in-memory logs have no end of their own.
process.exit(0);
