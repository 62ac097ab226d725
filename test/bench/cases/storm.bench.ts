import type { BenchCase } from '../bench-case.ts';
import { measureEventStorm } from '../event-storm.bench.ts';

const eventsPerSecond = 1_000;
const seconds = 30;

export const stormBench: BenchCase = {
  about: 'one engine tells 1,000 events a second: what its monitor takes, and how long commands wait (limit: without a storm)',
  async *run() {
    const storm = await measureEventStorm(eventsPerSecond, seconds);
    const cpuPercent = storm.cpu * 100;
    yield {
      case: "storm, others' commands",
      size: '5x200',
      figures: {
        perSecond: (storm.heard * 1_000) / storm.heardOverMs,
        p50Ms: storm.othersMs[0],
        p99Ms: storm.othersMs[1],
        lost: storm.events - storm.heard,
        engineRequests: storm.requests / storm.events,
        cpuPercent,
        rssMib: storm.rssPeakMib,
      },
      limit: { p50Ms: storm.calmMs[0], p99Ms: storm.calmMs[1] },
    };
    yield {
      case: 'storm, its own commands',
      size: '5x200',
      figures: { p50Ms: storm.ownMs[0], p99Ms: storm.ownMs[1] },
      limit: { p50Ms: storm.calmMs[0], p99Ms: storm.calmMs[1] },
    };
  },
};
