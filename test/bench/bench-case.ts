import type { BenchArguments } from './arguments.ts';
import type { FleetShelf } from './fleet/fleet-shelf.ts';
import type { Row } from './report/row.ts';

/** One family of measurements; rows come as they are measured. */
export type BenchCase = {
  readonly about: string;
  /** Runs only when it is named. */
  readonly isOnDemand?: boolean;
} & (SizedRun | WholeRun);

/** Once per size asked for, all cases of one size over one fleet. */
type SizedRun = { readonly runAt: (shelf: FleetShelf, given: BenchArguments) => AsyncIterable<Row> };

/** Once, over what it brings itself. */
type WholeRun = { readonly run: (given: BenchArguments) => AsyncIterable<Row> };
