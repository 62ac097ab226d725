import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { SimulatedFleet } from '#testing';
import { Stack } from '../../e2e/product/stack.ts';
import type { LoadJob, LoadOutcome } from '../load/load-job.ts';
import { LoadProcess } from '../load/load-process.ts';
import { type ByProcess, type Figures, sumOf } from '../report/row.ts';
import { imageOf } from './fleet-sample.ts';
import { cpuBetween, type ProductCosts, productCosts } from './product-costs.ts';
import { type FleetSize, shownSize } from './size.ts';

const FleetInfo = z.object({ Containers: z.number(), SystemStatus: z.array(z.tuple([z.string(), z.string()])).nullable() });

/** The same fleet in every run. */
const seed = 7;

/** A fleet that has not come by then will not come. */
const readyMaxMs = 300_000;
/** Between looks at a fleet that comes: as often as matters, and as seldom that looking costs little (`/info` of 1,000 engines that change is 300 kB made anew). */
const [pollMinMs, pollMaxMs] = [50, 500];
const pollRest = 19;
/** Long enough to see what happens every few seconds. */
const restMs = 10_000;
/** From the full view to rest: collectors run, and the counters of the start are away. */
const settleMs = 5_000;

/** What goes on while nothing is asked, a ms: CPU ms of each process, requests to engines. */
type Rest = { readonly cpuMs: ByProcess; readonly requests: number };

export type Measured = {
  readonly outcome: LoadOutcome;
  readonly figures: Figures;
  readonly cpuMsOf: ByProcess;
  readonly engineRequests: number;
};

export type FleetOptions = FleetSize & {
  readonly monitors?: number;
  readonly schedulers?: number;
  readonly gateways?: number;
};

/** The built product over simulated engines, and clients: each in processes of their own. */
export class MeasuredFleet {
  readonly size: string;
  readonly engines: SimulatedFleet;
  readonly load = new LoadProcess();
  readonly #options: FleetOptions;
  readonly #dir: string;
  readonly #stack: Stack;
  readonly #onExit = (): void => this.#stack.interrupt();
  #rest: Rest | undefined;
  #fullAtMs = 0;

  /** With `readyMs`, the time from `baleen manage` to the full view: all engines healthy and all containers listed. */
  static async open(options: FleetOptions): Promise<{ readonly fleet: MeasuredFleet; readonly readyMs: number }> {
    const { engines: count, containers } = options;
    const engines = await SimulatedFleet.open({ engines: count, containers, seed });
    const dir = mkdtempSync(join(tmpdir(), 'baleen-bench-'));
    writeFileSync(join(dir, 'engines'), engines.addresses.join('\n'));
    const began = performance.now();
    const fleet = new MeasuredFleet(options, engines, dir, await Stack.start(stackOptions(dir, options)));
    try {
      await fleet.isFull();
      fleet.#fullAtMs = performance.now();
      return { fleet, readyMs: fleet.#fullAtMs - began };
    } catch (error) {
      await fleet.close();
      throw error;
    }
  }

  private constructor(options: FleetOptions, engines: SimulatedFleet, dir: string, stack: Stack) {
    this.size = shownSize(options);
    this.engines = engines;
    this.#options = options;
    this.#dir = dir;
    this.#stack = stack;
    process.once('exit', this.#onExit);
  }

  get stack(): Stack {
    return this.#stack;
  }

  /** `host:port` of a gateway. */
  address(gateway = 0): string {
    return this.#stack.url(gateway).replace('http://', '');
  }

  costs(): ProductCosts {
    return productCosts(this.#stack);
  }

  /** Resolves when a gateway shows every engine as healthy, and every container. */
  async isFull(gateway = 0): Promise<void> {
    const { engines, containers } = this.#options;
    const untilMs = performance.now() + readyMaxMs;
    for (;;) {
      const beganMs = performance.now();
      const info = await this.#info(gateway);
      const healthy = info?.SystemStatus?.filter(([name, value]) => name.endsWith('└ Status') && value === 'Healthy').length;
      if (healthy === engines && info?.Containers === engines * containers) return;
      if (performance.now() > untilMs)
        throw new Error(`no full view in time: ${healthy} healthy, ${info?.Containers} containers`);
      await sleep(Math.min(pollMaxMs, Math.max(pollMinMs, (performance.now() - beganMs) * pollRest)));
    }
  }

  /**
   * Runs the job; what it cost each process, and asked of the engines, is per one that was done and above what the fleet does at rest.
   * `settleMs`: what the job sets off goes on for so long behind it.
   */
  async measure(job: LoadJob, settleMs = 0): Promise<Measured> {
    const rest = await this.rest();
    const [before, requestsBefore, beganMs] = [this.costs().cpuMs, (await this.engines.requests()).total, performance.now()];
    const outcome = await this.load.run(job);
    await sleep(settleMs);
    const [after, requests, tookMs] = [this.costs().cpuMs, (await this.engines.requests()).total, performance.now() - beganMs];
    const count = Math.max(1, outcome.done);
    const cpuMsOf = cpuBetween(before, after, count, rest.cpuMs, tookMs);
    // What the fleet asks at rest wavers in the third digit.
    const engineRequests = Math.round(((requests - requestsBefore - rest.requests * tookMs) / count) * 100) / 100;
    return { outcome, figures: { ...figuresOf(outcome), cpuMs: sumOf(cpuMsOf) }, cpuMsOf, engineRequests };
  }

  /** Resolves when so long has gone by since all of it was in the view. */
  async stoodFor(ms: number): Promise<void> {
    await sleep(Math.max(0, this.#fullAtMs + ms - performance.now()));
  }

  /** Measured once, when all of the start is over. */
  async rest(): Promise<Rest> {
    if (this.#rest === undefined) {
      await sleep(settleMs);
      const [before, requests] = [this.costs().cpuMs, (await this.engines.requests()).total];
      await sleep(restMs);
      const perMs = ((await this.engines.requests()).total - requests) / restMs;
      this.#rest = { cpuMs: cpuBetween(before, this.costs().cpuMs, restMs), requests: perMs };
    }
    return this.#rest;
  }

  /** One that every engine has. */
  image(): Promise<string> {
    return imageOf(this.engines.addresses[0] ?? '');
  }

  async close(): Promise<void> {
    process.off('exit', this.#onExit);
    this.load.close();
    await this.#stack.stop();
    this.engines.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }

  async #info(gateway: number): Promise<z.infer<typeof FleetInfo> | undefined> {
    try {
      return FleetInfo.parse(await (await fetch(`${this.#stack.url(gateway)}/info`)).json());
    } catch (error) {
      // A gateway that is being started again.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}

export function figuresOf({ done, tookMs, p50Ms, p99Ms, errors }: LoadOutcome): Figures {
  const failed = errors === 0 ? {} : { errors };
  return done === 0 ? { perSecond: 0, ...failed } : { perSecond: (done * 1_000) / tookMs, p50Ms, p99Ms, ...failed };
}

function stackOptions(dir: string, { monitors = 1, schedulers = 1, gateways = 1 }: FleetOptions) {
  const flags = ['--monitors', String(monitors), '--schedulers', String(schedulers)];
  return { discovery: `file://${join(dir, 'engines')}`, gateways, flags };
}
