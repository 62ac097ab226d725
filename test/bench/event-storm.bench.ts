import { setTimeout as sleep } from 'node:timers/promises';
import { callEngine } from '#cluster-bus';
import { engineKey, subjects } from '#contracts';
import { SimulatedFleet } from '#testing';
import { type WatchedFakes, watchFakes } from './monitor-over-fakes.ts';

export type StormFigures = {
  readonly events: number;
  readonly heard: number;
  /** Ms from the first to the last event heard; the storm's length, if none waited. */
  readonly heardOverMs: number;
  readonly requests: number;
  /** Part of one CPU that the monitor took during the storm. */
  readonly cpu: number;
  readonly rssBeforeMib: number;
  readonly rssPeakMib: number;
  /** p50 and p99 of a command, ms: of engines at rest before and during the storm, and of the engine in the storm. */
  readonly calmMs: readonly [number, number];
  readonly othersMs: readonly [number, number];
  readonly ownMs: readonly [number, number];
};

const engines = 5;
const containers = 200;
const samplePauseMs = 20;
/** Events on their way, and the last reading. */
const settleMs = 3_000;
const mib = 1024 ** 2;

/** One engine tells so many events a second, four others are at rest. */
export async function measureEventStorm(eventsPerSecond: number, seconds: number): Promise<StormFigures> {
  const fleet = await SimulatedFleet.open({ engines, containers });
  const monitor = await watchFakes(fleet.addresses);
  const [stormy = '', ...others] = fleet.addresses;
  try {
    const calmMs = await latencies(monitor, others, 2_000);
    const heard = listen(monitor, stormy);
    const { total: requestsBefore } = await fleet.requests();
    const rssBeforeMib = process.memoryUsage().rss / mib;
    const told = fleet.storm({ eventsPerSecond, seconds });
    const watch = watchRss();
    const cpuBefore = process.cpuUsage();
    const [othersMs, ownMs] = await Promise.all([
      latencies(monitor, others, seconds * 1_000),
      latencies(monitor, [stormy], seconds * 1_000),
    ]);
    const { user, system } = process.cpuUsage(cpuBefore);
    await told;
    await sleep(settleMs);
    return {
      events: eventsPerSecond * seconds,
      heard: heard.count,
      heardOverMs: heard.lastMs - heard.firstMs,
      requests: (await fleet.requests()).total - requestsBefore,
      cpu: (user + system) / 1_000_000 / seconds,
      rssBeforeMib,
      rssPeakMib: watch.stop(),
      calmMs,
      othersMs,
      ownMs,
    };
  } finally {
    await monitor.close();
    fleet.close();
  }
}

export function stormLines(figures: StormFigures): string[] {
  const ms = ([p50, p99]: readonly [number, number]) => `p50 ${p50.toFixed(1)} p99 ${p99.toFixed(1)} ms`;
  const { events, heard, heardOverMs, requests, cpu, rssBeforeMib, rssPeakMib, calmMs, othersMs, ownMs } = figures;
  return [
    `event storm: ${heard} of ${events} events passed on in ${(heardOverMs / 1_000).toFixed(1)} s`,
    `with ${requests} requests, ${(cpu * 100).toFixed(0)} % of one CPU, RSS ${rssBeforeMib.toFixed(0)} -> at most ${rssPeakMib.toFixed(0)} MiB`,
    `commands: others calm ${ms(calmMs)}, others in the storm ${ms(othersMs)}, the engine's own ${ms(ownMs)}`,
  ];
}

/** `docker stop` of a container that is not there, as far as the monitor is concerned: a call to the engine through its actor. */
async function latencies({ bus }: WatchedFakes, addresses: readonly string[], forMs: number): Promise<[number, number]> {
  const touched = { containers: [], images: false, networks: false, volumes: false };
  const call = {
    method: 'POST',
    path: '/containers/none/stop',
    apiVersion: '',
    headers: {},
    body: '',
    touched,
    timeoutMs: 10_000,
  };
  const samples: number[] = [];
  const untilMs = performance.now() + forMs;
  for (let next = 0; performance.now() < untilMs; next++) {
    const beganMs = performance.now();
    await callEngine(bus, engineKey(addresses[next % addresses.length] ?? ''), 'call', call, { timeoutMs: 15_000 });
    samples.push(performance.now() - beganMs);
    await sleep(samplePauseMs);
  }
  samples.sort((a, b) => a - b);
  const at = (part: number) => samples[Math.floor(samples.length * part)] ?? 0;
  return [at(0.5), at(0.99)];
}

function listen({ bus }: WatchedFakes, address: string) {
  const heard = { count: 0, firstMs: 0, lastMs: 0 };
  bus.subscribe(subjects.event(engineKey(address)), () => {
    heard.lastMs = performance.now();
    if (heard.count === 0) heard.firstMs = heard.lastMs;
    heard.count += 1;
  });
  return heard;
}

function watchRss(): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 100);
  return {
    stop: () => {
      clearInterval(timer);
      return peak / mib;
    },
  };
}
