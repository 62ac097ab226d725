import type { BenchCase } from '../bench-case.ts';
import { holdLoad } from '../fleet/held-load.ts';
import { figuresOf, MeasuredFleet } from '../fleet/measured-fleet.ts';
import { sumOf } from '../report/row.ts';

const size = { engines: 200, containers: 50 };
const defaultMinutes = 30;

export const heldBench: BenchCase = {
  about: 'mixed load at 200 engines of 50 containers for 30 minutes: errors, memory, open files',
  isOnDemand: true,
  async *run({ minutes = defaultMinutes }) {
    const { fleet } = await MeasuredFleet.open(size);
    try {
      const { outcome, memory, rssMibOf, filesKept } = await holdLoad(fleet, minutes * 60_000);
      for (const error of outcome.firstErrors) console.error(`held: ${error}`);
      yield {
        case: `held for ${minutes} minutes`,
        size: fleet.size,
        figures: { ...figuresOf(outcome), errors: outcome.errors, rssMib: sumOf(rssMibOf) },
        rssMibOf,
      };
      for (const [kind, { slopeMib, grownMib, allowedMib }] of memory)
        yield {
          case: `held, ${kind}`,
          size: fleet.size,
          figures: { rssSlopeMib: slopeMib, rssGrownMib: grownMib, filesKept: filesKept.get(kind) ?? 0 },
          limit: { rssGrownMib: allowedMib },
        };
    } finally {
      await fleet.close();
    }
  },
};
