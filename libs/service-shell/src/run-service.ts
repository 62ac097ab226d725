import type { z } from 'zod';
import type { Clock } from './clock.ts';
import { ConfigError, readConfig } from './config.ts';
import { type HealthCheck, type MetricsSource, serveHealth } from './health.ts';
import { createLogger, type Logger } from './logger.ts';
import { giveBackMemoryAtRest } from './memory-at-rest.ts';
import type { ProcessConfig } from './process-config.ts';
import { watchEventLoop } from './process-metrics.ts';
import { type Randomness, systemRandomness } from './randomness.ts';
import { readableLines } from './readable-lines.ts';
import { logWritten } from './standard-output.ts';
import { configurationExitCode, type StartFailure, startFailure } from './start-failure.ts';
import { systemClock } from './system-clock.ts';
import { startTracing } from './tracing/start-tracing.ts';

/** A polite stop takes at most this long (docs/architecture.md: a supervisor kills after 5 s); the rest is for the exit itself. */
const stopBudgetMs = 4_500;

export type ServiceContext<C> = {
  readonly config: C;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Unique per process start, e.g. `scheduler-1f03a9`. */
  readonly instance: string;
  /** Ends the process politely with status 1: for a defect that only a restart cures. */
  readonly fail: (reason: string, cause?: unknown) => void;
  /** Aborted when the process is to end: what the start still waits for is given up. */
  readonly stopping: AbortSignal;
};

export type RunningService = {
  readonly stop: () => Promise<void>;
  readonly health?: HealthCheck;
  readonly metrics?: MetricsSource;
};

export type ServiceDefinition<S extends z.ZodObject> = {
  readonly app: string;
  readonly schema: S;
  readonly start: (context: ServiceContext<z.infer<S>>) => Promise<RunningService>;
};

/**
 * The life of a process: configuration, log, start, health, polite stop on SIGTERM, SIGINT or when the supervisor is gone
 * (the IPC channel closes), and exit statuses: 0 stopped politely, 1 failed, 78 configuration.
 */
export async function runService<S extends z.ZodObject>(definition: ServiceDefinition<S>): Promise<void> {
  const instance = `${definition.app}-${systemRandomness.hex(4)}`;
  let config: z.infer<S> & ProcessConfig;
  try {
    config = readConfig(definition.schema, Object.keys(definition.schema.shape), process.env) as z.infer<S> & ProcessConfig;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(
      `baleen ${definition.app}: the configuration is wrong:\n${error.problems.map((line) => `  ${line}\n`).join('')}`,
    );
    process.exitCode = configurationExitCode;
    return;
  }
  const logger = createLogger(
    definition.app,
    instance,
    config.logLevel,
    config.logFormat === 'pretty' ? await readableLines({ descriptor: 1 }) : undefined,
  );
  const life = new ProcessLife(logger);
  watchEventLoop();
  const tracing = startTracing(config, {
    app: definition.app,
    instance,
    clock: systemClock,
    randomness: systemRandomness,
    logger,
  });
  if (tracing !== undefined) life.alsoClose(tracing);
  giveBackMemoryAtRest();
  process.once('SIGTERM', () => life.end('SIGTERM', 0));
  process.once('SIGINT', () => life.end('SIGINT', 0));
  if (process.connected) process.once('disconnect', () => life.end('the supervisor is gone', 0));
  process.on('uncaughtException', (error) => life.end('defect', 1, error));
  process.on('unhandledRejection', (error) => life.end('defect', 1, error));
  try {
    const fail = (reason: string, cause?: unknown) => life.end(reason, 1, cause);
    const { stopping } = life;
    const running = await definition.start({
      config,
      logger,
      clock: systemClock,
      randomness: systemRandomness,
      instance,
      fail,
      stopping,
    });
    life.started(running);
    if (config.healthPort > 0) {
      const { healthHost, healthPort } = config;
      life.alsoClose(await serveHealth(healthHost, healthPort, () => running.health?.(), running.metrics));
    }
    process.send?.({ type: 'started' });
    logger.info('started');
  } catch (error) {
    const failure = startFailure(error);
    // Given up because it is to end: nothing went wrong.
    if (life.stopping.aborted && failure !== undefined) life.startGivenUp();
    else if (failure === undefined) life.startBroke(error);
    else {
      // For the person at the terminal; a supervisor passes it through.
      process.stderr.write(`baleen ${definition.app}: ${failure.problems.join('\n  ')}\n`);
      life.startFailed(failure);
    }
  }
}

/** Holds what must be stopped, and ends the process once. */
class ProcessLife {
  readonly #logger: Logger;
  /** Settles when the start has ended, well or not: a stop that comes earlier waits for it. */
  readonly #start = Promise.withResolvers<RunningService | undefined>();
  readonly #closers: { close(): Promise<void> }[] = [];
  readonly #ending = new AbortController();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  get stopping(): AbortSignal {
    return this.#ending.signal;
  }

  started(running: RunningService): void {
    this.#start.resolve(running);
  }

  startGivenUp(): void {
    this.#start.resolve(undefined);
  }

  /** Told in words already, of which a stack says nothing. */
  startFailed({ problems, status }: StartFailure): void {
    this.#start.resolve(undefined);
    this.end(problems.join('; '), status);
  }

  startBroke(defect: unknown): void {
    this.#start.resolve(undefined);
    this.end('start failed', 1, defect);
  }

  alsoClose(closer: { close(): Promise<void> }): void {
    this.#closers.push(closer);
  }

  end(reason: string, status: number, cause?: unknown): void {
    if (this.stopping.aborted) return;
    this.#ending.abort();
    process.exitCode = status;
    if (status === 0) this.#logger.info({ reason }, 'stopping');
    else this.#logger.fatal({ reason, err: cause }, 'stopping');
    void this.#stopAndExit(status);
  }

  async #stopAndExit(status: number): Promise<void> {
    const hurry = setTimeout(() => {
      this.#logger.warn({ budgetMs: stopBudgetMs }, 'stop took too long, leaving');
      void logWritten().then(() => process.exit(status));
    }, stopBudgetMs);
    try {
      const running = await this.#start.promise;
      await Promise.all([running?.stop(), ...this.#closers.map((closer) => closer.close())]);
      this.#logger.info('stopped');
    } catch (error) {
      this.#logger.error({ err: error }, 'stop failed');
    }
    clearTimeout(hurry);
    await logWritten();
    process.exit(status);
  }
}
