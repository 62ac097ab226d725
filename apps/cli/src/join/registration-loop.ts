import { BaleenError } from '#contracts';
import type { DiscoveryRegistry } from '#discovery-sources';
import { showGoDuration } from '#docker-api';
import { type Clock, type Logger, type Randomness, sleep, within } from '#service-shell';

export type RegistrationLoopOptions = {
  readonly registry: DiscoveryRegistry;
  readonly address: string;
  /** The discovery as logs may show it. */
  readonly discovery: string;
  readonly delayMs: number;
  readonly heartbeatMs: number;
  readonly ttlMs: number;
  /** Rejects with why the daemon does not answer; absent = it is not asked. */
  readonly checkDaemon?: () => Promise<void>;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
};

/** A store that does not answer must not keep the process from ending. */
const deregisterMaxMs = 3_000;

/**
 * Keeps an engine registered (spec 2.8) until the signal aborts, then takes it off the list: each heartbeat it asks the daemon, and
 * registers it for the TTL when it answers. While it does not, nothing is registered and the entry expires.
 */
export async function keepRegistered(options: RegistrationLoopOptions, signal: AbortSignal): Promise<void> {
  const { clock, heartbeatMs } = options;
  try {
    await delayAtRandom(options, signal);
    for (;;) {
      await register(options);
      await sleep(clock, heartbeatMs, signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await deregister(options);
}

/** A fleet that is switched on at once does not reach its store at once. */
async function delayAtRandom(
  { delayMs, clock, randomness, logger }: RegistrationLoopOptions,
  signal: AbortSignal,
): Promise<void> {
  if (delayMs <= 0) return;
  const ms = Math.floor(delayMs * randomness.fraction());
  logger.info(`Add a random delay ${showGoDuration(ms)} to avoid synchronized registration`);
  await sleep(clock, ms, signal);
}

async function register(options: RegistrationLoopOptions): Promise<void> {
  const { registry, address: addr, discovery, heartbeatMs, ttlMs, checkDaemon, logger } = options;
  try {
    await checkDaemon?.();
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    logger.warn({ addr, discovery }, `Not registering: ${error.message}`);
    return;
  }
  logger.info({ addr, discovery }, `Registering on the discovery service every ${showGoDuration(heartbeatMs)}...`);
  try {
    await registry.register(addr, ttlMs);
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    logger.error({ addr, discovery }, error.message);
  }
}

async function deregister({ registry, address: addr, discovery, clock, logger }: RegistrationLoopOptions): Promise<void> {
  try {
    const isDone = await within(clock, deregisterMaxMs, registry.deregister(addr));
    if (!isDone) throw new BaleenError('discovery/unavailable', `no answer within ${deregisterMaxMs} ms`);
    logger.info({ addr, discovery }, 'De-registered from the discovery service');
  } catch (error) {
    if (!(error instanceof BaleenError)) throw error;
    logger.warn({ addr, discovery }, `Not de-registered, the entry ends with its TTL: ${error.message}`);
  }
}
