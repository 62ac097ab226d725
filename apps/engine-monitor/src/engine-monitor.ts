import type { ClusterBus } from '#cluster-bus';
import type { ClusterLog } from '#cluster-log';
import { BaleenError } from '#contracts';
import { DirectTransport, type EngineTransport } from '#docker-api';
import type { Clock, Logger, Randomness } from '#service-shell';
import { DockerConnection } from './engine-actor/docker-connection.ts';
import type { EngineConnection } from './engine-actor/engine-connection.ts';
import { defaultEngineSettings, type EngineSettings } from './engine-actor/engine-settings.ts';
import { OwnedEngine } from './engine-actor/owned-engine.ts';
import { RequestCounts } from './engine-actor/request-counts.ts';
import { unusableConnection } from './engine-actor/unusable-connection.ts';
import type { MonitorConfig } from './engine-monitor-config.ts';
import { InspectionBudget } from './inventory/inspection-budget.ts';
import { ReadingTurns } from './inventory/reading-turns.ts';
import { Slots } from './inventory/slots.ts';
import { EngineKeeper } from './ownership/engine-keeper.ts';

export type MonitorParts = {
  readonly log: ClusterLog;
  readonly bus: ClusterBus;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
  /** Unique per process start; one subject token. */
  readonly instance: string;
  readonly settings: EngineSettings;
  readonly leaseTtlMs: number;
  /** How the Docker API is reached. Default: plain sockets. */
  readonly transport?: EngineTransport;
  /** Counts what is asked of engines; default: nobody reads it. */
  readonly requests?: RequestCounts;
  /** Default: the Docker API over the transport. */
  readonly connect?: (address: string) => EngineConnection;
};

/** Writes to the log in flight at once, over all engines: what NATS takes in well under a request's timeout. */
const writesMax = 256;

/** A monitor: registers, and watches the engines designated to it until stopped. */
export function startMonitor(parts: MonitorParts): EngineKeeper {
  const { log, bus, clock, randomness, logger, instance, settings, leaseTtlMs } = parts;
  const transport = parts.transport ?? new DirectTransport(clock);
  const connect = parts.connect ?? ((address: string) => dockerConnection(address, transport, clock));
  const requests = parts.requests ?? new RequestCounts();
  const writeSlots = new Slots(writesMax, Number.POSITIVE_INFINITY);
  const readingTurns = new ReadingTurns(clock);
  const inspections = new InspectionBudget({ clock, engines: () => keeper.share });
  const keeper: EngineKeeper = new EngineKeeper({
    log,
    clock,
    logger,
    monitor: instance,
    leaseTtlMs,
    start: (member, lease, heard, hooks) =>
      OwnedEngine.start({
        member,
        lease,
        heard,
        log,
        bus,
        clock,
        randomness,
        logger,
        settings,
        monitor: instance,
        connect: (address) => requests.counted(connect(address)),
        writeSlots,
        readingTurns,
        inspections,
        ...hooks,
      }),
  });
  return keeper;
}

function dockerConnection(address: string, transport: EngineTransport, clock: Clock): EngineConnection {
  try {
    return new DockerConnection(address, transport, clock);
  } catch (error) {
    if (error instanceof BaleenError) return unusableConnection(error);
    throw error;
  }
}

/** How engines are watched, from the configuration. */
export function engineSettings(config: MonitorConfig): EngineSettings {
  return {
    ...defaultEngineSettings,
    failureLimit: config.engineFailureRetry,
    refreshMinMs: config.engineRefreshMinMs,
    refreshMaxMs: config.engineRefreshMaxMs,
    probeIntervalMs: config.probeIntervalMs,
    probeTimeoutMs: config.probeTimeoutMs,
    reprobeTimeoutMs: Math.min(defaultEngineSettings.reprobeTimeoutMs, config.probeTimeoutMs),
    retryMaxMs: config.retryMaxMs,
  };
}
