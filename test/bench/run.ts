import { availableParallelism } from 'node:os';
import { measureLeases } from './leases.bench.ts';
import { measurePlacement } from './placement.bench.ts';

/** Figures, not tests: what they should be is for the reader (and for docs) to compare. Nothing else may run meanwhile. */
console.log(`node ${process.version}, ${availableParallelism()} CPUs`);
for (const line of measurePlacement()) console.log(line);
for await (const line of measureLeases()) console.log(line);
