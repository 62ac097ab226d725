import type { Say } from '../manage/speaker.ts';
import { lineAssembler } from './line-assembler.ts';
import { RestartBudget } from './restart-budget.ts';
import type { ServicePlan } from './service-plan.ts';
import { ServiceProcess } from './service-process.ts';

export type SupervisorEvents = {
  readonly onLines: (lines: Buffer) => void;
  /** Said to the operator: restarts and give-ups. */
  readonly say: Pick<Say, 'warn' | 'error'>;
  /** Every service has started once. */
  readonly onAllStarted: () => void;
  /** A service was given up: the whole cannot go on. */
  readonly onFailure: () => void;
};

/** Runs all services of `manage`, each as its own process. */
export class Supervisor {
  readonly #services: ServiceProcess[];
  readonly #waitingFor: Set<string>;
  readonly #events: SupervisorEvents;

  constructor(plans: readonly ServicePlan[], events: SupervisorEvents) {
    this.#events = events;
    this.#waitingFor = new Set(plans.map((plan) => plan.name));
    this.#services = plans.map((plan) => new ServiceProcess(plan, new RestartBudget(), this.#eventsOf()));
  }

  start(): void {
    for (const service of this.#services) service.start();
  }

  /** Gateways first, so that no request meets a fleet that is half gone; then the rest side by side. */
  async stop(): Promise<void> {
    const gateways = this.#services.filter((service) => service.name.startsWith('gateway'));
    const others = this.#services.filter((service) => !service.name.startsWith('gateway'));
    const gatewaysGone = Promise.all(gateways.map((service) => service.stop()));
    await Promise.race([gatewaysGone, new Promise((resolve) => setTimeout(resolve, 500))]);
    await Promise.all([gatewaysGone, ...others.map((service) => service.stop())]);
  }

  #eventsOf() {
    return {
      onOutput: lineAssembler(this.#events.onLines),
      onStarted: (plan: ServicePlan) => {
        const isFirst = this.#waitingFor.delete(plan.name);
        if (isFirst && this.#waitingFor.size === 0) this.#events.onAllStarted();
      },
      onRestart: (plan: ServicePlan, how: string, delayMs: number) =>
        this.#events.say.warn(`${plan.name} ${how}; starting it again in ${delayMs} ms`),
      onGivenUp: (plan: ServicePlan, why: string) => {
        this.#events.say.error(`${plan.name} is given up: ${why}`);
        this.#events.onFailure();
      },
    };
  }
}
