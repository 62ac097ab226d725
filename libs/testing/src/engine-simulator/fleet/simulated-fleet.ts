import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FaultRule } from '../faults/fault-rule.ts';
import type { FleetOptions, WhichEngines } from './engine-host.ts';
import type { Storm } from './event-storm.ts';
import type { FleetCommand, FleetMessage } from './fleet-messages.ts';
import type { FleetRequests } from './request-counts.ts';

/** Simulated engines in another process, which ends with this one. */
export class SimulatedFleet {
  /** `127.0.0.1:port`, one an engine, the same through refusals and restarts. */
  readonly addresses: readonly string[];
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<FleetRequests | undefined>>();
  #commands = 0;

  static async open(options: FleetOptions): Promise<SimulatedFleet> {
    const program = fileURLToPath(new URL('./fleet.process.ts', import.meta.url));
    // Whoever measures may run under flags of its own.
    const child = fork(program, [JSON.stringify(options)], { execArgv: [] });
    const [first] = (await Promise.race([once(child, 'message'), failed(child)])) as [FleetMessage];
    if (first.type !== 'open') throw new Error(`the simulator began with '${first.type}'`);
    return new SimulatedFleet(child, first.addresses);
  }

  private constructor(child: ChildProcess, addresses: readonly string[]) {
    this.#process = child;
    this.addresses = addresses;
    child.on('message', (message: FleetMessage) => this.#onMessage(message));
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the simulator has ended'));
      this.#waiting.clear();
    });
  }

  /** Of the process with the engines: to measure what it costs. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** What all engines were asked so far. */
  async requests(): Promise<FleetRequests> {
    const requests = await this.#ask({ type: 'requests' });
    if (requests === undefined) throw new Error('the simulator told no requests');
    return requests;
  }

  /** Resolves once the last event is told. */
  async storm(storm: Storm): Promise<void> {
    await this.#ask({ type: 'storm', storm });
  }

  /** Resolves once the rule stands; it stays until `heal`. */
  async fault(which: WhichEngines, rule: FaultRule): Promise<void> {
    await this.#ask({ type: 'fault', which, rule });
  }

  /** Connections break, and new ones are refused until `heal`. */
  async refuse(which: WhichEngines): Promise<void> {
    await this.#ask({ type: 'refuse', which });
  }

  /** Ends all faults and refusals. */
  async heal(which: WhichEngines): Promise<void> {
    await this.#ask({ type: 'heal', which });
  }

  /** Daemons end, their containers too, and come back after `downMs` with their IDs and without memory of events. */
  async restart(which: WhichEngines, downMs: number): Promise<void> {
    await this.#ask({ type: 'restart', which, downMs });
  }

  close(): void {
    this.#process.kill();
  }

  #ask(command: FleetCommand): Promise<FleetRequests | undefined> {
    const number = this.#commands++;
    const waiting = Promise.withResolvers<FleetRequests | undefined>();
    this.#waiting.set(number, waiting);
    this.#process.send({ number, command });
    return waiting.promise;
  }

  #onMessage(message: FleetMessage): void {
    if (message.type === 'open') return;
    const waiting = this.#waiting.get(message.number);
    this.#waiting.delete(message.number);
    if (message.type === 'done') waiting?.resolve(message.requests);
    else waiting?.reject(new Error(message.message));
  }
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`the simulator ended with ${code} before it listened`);
}
