import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCase } from '../bench-case.ts';
import { cpuBetween } from '../fleet/product-costs.ts';
import { sumOf } from '../report/row.ts';

/** Longer than the longest time between two readings of all: each engine has one at least. */
const defaultMinutes = 21;

export const idleBench: BenchCase = {
  about: 'what a fleet costs at rest: engine requests per engine and minute, CPU and memory of all processes',
  async *runAt(shelf, { minutes = defaultMinutes }) {
    const fleet = await shelf.fleet();
    await fleet.rest();
    const [before, requests] = [fleet.costs().cpuMs, (await fleet.engines.requests()).total];
    await sleep(minutes * 60_000);
    const { cpuMs, rssMib } = fleet.costs();
    const cpuMsOf = cpuBetween(before, cpuMs, minutes * 60);
    yield {
      case: 'idle',
      size: fleet.size,
      figures: {
        engineRequests: ((await fleet.engines.requests()).total - requests) / shelf.size.engines / minutes,
        cpuPercent: sumOf(cpuMsOf) / 10,
        cpuMs: sumOf(cpuMsOf),
        rssMib: sumOf(rssMib),
      },
      cpuMsOf,
      rssMibOf: rssMib,
    };
  },
};
