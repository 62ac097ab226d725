import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { configurationExitCode } from '#service-shell';
import type { RestartBudget } from './restart-budget.ts';
import type { ServicePlan } from './service-plan.ts';

/** A polite stop ends within this; what is left then gets SIGKILL (issue 2: all stopped within 5 s). */
const killAfterMs = 4_700;

/**
 * What is kept of a fleet lives long: V8 copies it from one half of its young generation to the other until it is old, and larger halves than
 * this make neither that nor the garbage of requests cheaper, only the process larger (docs/performance.md). The Dockerfile says the same.
 */
export const nodeOptions = ['--max-semi-space-size=16'];

export type ServiceEvents = {
  readonly onStarted: (plan: ServicePlan) => void;
  readonly onOutput: (chunk: Buffer) => void;
  readonly onRestart: (plan: ServicePlan, how: string, delayMs: number) => void;
  /** It will not be started again: wrong configuration, or too many restarts. */
  readonly onGivenUp: (plan: ServicePlan, why: string) => void;
};

/** One service as its own process, started again when it dies, within a budget. */
export class ServiceProcess {
  readonly #plan: ServicePlan;
  readonly #budget: RestartBudget;
  readonly #events: ServiceEvents;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(plan: ServicePlan, budget: RestartBudget, events: ServiceEvents) {
    this.#plan = plan;
    this.#budget = budget;
    this.#events = events;
  }

  get name(): string {
    return this.#plan.name;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  start(): void {
    const child = fork(serviceEntry(this.#plan.app), [], {
      env: { ...process.env, ...this.#plan.env },
      execArgv: [...nodeOptions, ...process.execArgv],
      stdio: [...standardStreams, ...passedStreams(this.#plan.passed ?? []), 'ipc'],
      // A Ctrl-C at the terminal reaches the supervisor alone, which then stops its services in order.
      detached: true,
    });
    this.#child = child;
    child.stdout?.on('data', this.#events.onOutput);
    child.on('message', () => this.#events.onStarted(this.#plan));
    child.on('error', (error) => this.#events.onGivenUp(this.#plan, error.message));
    child.on('exit', (code, signal) => this.#exited(code, signal));
  }

  /** SIGTERM, then SIGKILL; resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await gone;
    clearTimeout(kill);
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#stopping) return;
    if (code === configurationExitCode) {
      this.#events.onGivenUp(this.#plan, 'its configuration is wrong (see above)');
      return;
    }
    const how = signal === null ? `ended with status ${code}` : `was ended by ${signal}`;
    const delayMs = this.#budget.take(performance.now());
    if (delayMs === undefined) {
      this.#events.onGivenUp(this.#plan, `${how}, and was restarted too often already`);
      return;
    }
    this.#events.onRestart(this.#plan, how, delayMs);
    this.#restart = setTimeout(() => this.start(), delayMs);
  }
}

const standardStreams = ['ignore', 'pipe', 'inherit'] as const;

/** Behind the standard streams, each descriptor under its own number. */
function passedStreams(passed: readonly number[]): (number | 'ignore')[] {
  const first = standardStreams.length;
  const count = Math.max(first - 1, ...passed) + 1 - first;
  return Array.from({ length: count }, (_, index) => (passed.includes(first + index) ? first + index : 'ignore'));
}

/** `dist/apps/<app>/main.js`, beside this file's own bundle. */
export function serviceEntry(app: string): string {
  return fileURLToPath(new URL(`../${app}/main.js`, import.meta.url));
}
