import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatedFleet } from '#testing';
import { watchFakes } from './monitor-over-fakes.ts';

const engines = 100;
const containersPerEngine = 50;
/** Longer than the longest time between two readings of all (60 s), so that each engine has one at least. */
const measuredMs = 90_000;
const mib = 1024 ** 2;

/** What watching 100 engines costs while nothing happens on them: requests, CPU and memory of one monitor. */
export async function measureIdleEngines(): Promise<string[]> {
  const fleet = await SimulatedFleet.open({ engines, containers: containersPerEngine });
  const rssBefore = process.memoryUsage().rss;
  const monitor = await watchFakes(fleet.addresses);
  const { total: requestsBefore } = await fleet.requests();
  const cpuBefore = process.cpuUsage();
  await sleep(measuredMs);
  const { user, system } = process.cpuUsage(cpuBefore);
  const requests = ((await fleet.requests()).total - requestsBefore) / engines / (measuredMs / 60_000);
  const rss = (process.memoryUsage().rss - rssBefore) / mib;
  await monitor.close();
  fleet.close();
  return [
    `${engines} idle engines of ${containersPerEngine} containers, over ${measuredMs / 1_000} s`,
    `${requests.toFixed(1)} requests per engine and minute, ${((user + system) / 10 / measuredMs).toFixed(1)} % of one CPU, ${rss.toFixed(0)} MiB more RSS (log in the same process)`,
  ];
}
