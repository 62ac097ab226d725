import type { Logger, Randomness } from '#service-shell';
import { defaultEngineSettings } from '../../../apps/engine-monitor/src/engine-actor/engine-settings.ts';
import { startMonitor } from '../../../apps/engine-monitor/src/engine-monitor.ts';
import type { SimNetwork } from '../kernel/sim-network.ts';
import type { SimProcess } from '../kernel/sim-process.ts';
import { engineLink } from './engine-link.ts';
import type { SimEngine } from './sim-engine.ts';

const leaseTtlMs = 5_000;

/** The monitor's process: the real one, but for the connections to its engines. */
export function startSimMonitor(
  process: SimProcess,
  parts: {
    readonly network: SimNetwork;
    readonly randomness: Randomness;
    readonly logger: Logger;
    readonly engineAt: (address: string) => SimEngine;
  },
): { stop(): Promise<void> } {
  const { network, randomness, logger, engineAt } = parts;
  return startMonitor({
    log: network.logOf(process),
    bus: network.busOf(process),
    clock: process.clock,
    randomness,
    logger,
    instance: process.name,
    settings: defaultEngineSettings,
    leaseTtlMs,
    connect: (address) => engineLink(engineAt(address), process),
  });
}
