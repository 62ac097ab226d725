import type { Clock } from '#service-shell';
import { SeededRandom } from '../../seeded-random.ts';
import { EventLog } from '../events/event-log.ts';
import { FaultPlan } from '../faults/fault-plan.ts';
import type { FaultRule } from '../faults/fault-rule.ts';
import { EngineServer } from '../http/engine-server.ts';
import type { Served } from '../http/route.ts';
import { isUp } from '../model/container.ts';
import { endProcess } from '../model/container-lifecycle.ts';
import { ExecStore } from '../model/exec-store.ts';
import { type EngineSeed, seededEngine } from '../model/seeded-engine.ts';
import { RenderedBodies } from '../render/rendered-bodies.ts';
import { RenderedRows } from '../render/rendered-rows.ts';
import { allRoutes } from '../routes/all-routes.ts';
import { renderContainers } from '../routes/container-list.ts';
import { RequestCounts } from './request-counts.ts';

export type SimulatedEngineOptions = EngineSeed & {
  readonly clock: Clock;
  /** 0 = a free one. */
  readonly port: number;
};

/** One simulated daemon behind its own address. */
export class SimulatedEngine {
  readonly counts: RequestCounts;
  readonly served: Served;
  readonly #faults: FaultPlan;
  readonly #server: EngineServer;

  private constructor(counts: RequestCounts, served: Served, faults: FaultPlan, server: EngineServer) {
    this.counts = counts;
    this.served = served;
    this.#faults = faults;
    this.#server = server;
  }

  static async open(options: SimulatedEngineOptions): Promise<SimulatedEngine> {
    const { seed, number, clock, port } = options;
    const [events, counts] = [new EventLog(clock), new RequestCounts()];
    const served: Served = {
      state: seededEngine(options, clock, (happening) => events.tell(happening)),
      events,
      execs: new ExecStore(),
      bodies: new RenderedBodies(),
      rows: new RenderedRows(),
      onPing: () => {
        counts.pings += 1;
      },
    };
    renderContainers(served);
    const faults = new FaultPlan(new SeededRandom(seed * 7_919 + number));
    const parts = { served, routes: allRoutes, faults, onRequest: (route: string) => counts.note(route) };
    return new SimulatedEngine(counts, served, faults, await EngineServer.open(parts, port));
  }

  /** `127.0.0.1:port` */
  get address(): string {
    return this.#server.address;
  }

  fault(rule: FaultRule): void {
    this.#faults.add(rule);
  }

  /** Ends all faults, and listens again. */
  async heal(): Promise<void> {
    this.#faults.clear();
    await this.#server.accept();
  }

  /** Connections break and are refused until `heal`. */
  refuse(): Promise<void> {
    return this.#server.refuse();
  }

  /** The daemon ends, its containers with it, and begins again after `downMs`: the same ID, and no memory of events. */
  async restart(downMs: number): Promise<void> {
    const { state, events } = this.served;
    await this.#server.refuse();
    for (const container of state.containers.all) if (isUp(container)) endProcess(state, container, 0);
    events.forget();
    await new Promise<void>((resolve) => {
      state.clock.after(downMs, resolve);
    });
    await this.#server.accept();
  }
}
