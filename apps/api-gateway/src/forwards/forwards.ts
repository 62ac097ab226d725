import { BaleenError, type PublishMode, type RecordSubject } from '#contracts';
import { type Clock, type Logger, type MetricFamily, within } from '#service-shell';
import type { FleetEngine } from '../fleet-view/fleet-engine.ts';
import type { FleetView } from '../fleet-view/fleet-view.ts';
import type { FleetContainer } from '../fleet-view/roll/fleet-container.ts';
import type { ViewFollower } from '../fleet-view/view-follower.ts';
import { Door } from './door.ts';
import { type Doorstep, doorstepKey, type Forward } from './forward.ts';
import { ForwardCounts } from './forward-counts.ts';
import { type ForwardRules, forwardsOf, isForwarded, planForwards, runningForwards } from './forward-plan.ts';
import { isOwnAddress } from './own-machine.ts';
import type { PortDialer } from './port-dialer.ts';
import { type OwnPorts, portProblem } from './port-problem.ts';

export type ForwardsParts = {
  readonly follower: Pick<ViewFollower, 'view' | 'watch'>;
  readonly publish: PublishMode;
  /** Never listened on for a container, at no address. */
  readonly ownPorts: OwnPorts;
  readonly dialer: PortDialer;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Binding a port takes no time; an answer that waits for it must not hang with it. */
const openedMaxMs = 2_000;

/**
 * The published ports that this gateway listens on: derived from the view alone, so that every gateway of the fleet listens on its own machine
 * on the same ones, and those of one machine share them.
 */
export class Forwards {
  readonly #parts: ForwardsParts;
  readonly #rules: ForwardRules;
  readonly #counts = new ForwardCounts();
  readonly #doors = new Map<string, Door>();
  /** By engine and container. */
  readonly #wanted = new Map<string, Map<string, readonly Forward[]>>();
  /** Where engines were when their containers were looked at last. */
  readonly #places = new Map<string, string>();
  readonly #unwatch: () => void;
  #isPlanned = true;
  #cancelPlan: () => void = () => undefined;

  constructor(parts: ForwardsParts) {
    this.#parts = parts;
    this.#rules = { publish: parts.publish, isOwn: isOwnAddress };
    this.#unwatch =
      parts.publish === 'engine'
        ? () => undefined
        : parts.follower.watch({ onApplied: (changed) => this.#applied(changed), onSettled: () => this.#lookAtAll() });
  }

  /** Resolves once this gateway listens for what the container, as the view has it, publishes; or cannot, which was said in the log. */
  async settled(container: string): Promise<void> {
    this.#plan();
    const doors = [...this.#doors.values()].filter(({ forward }) => forward.container === container);
    await within(this.#parts.clock, openedMaxMs, Promise.all(doors.map((door) => door.tried)));
  }

  /** Doorsteps that this machine cannot listen on though it does not yet, each with the reason. */
  async problems(doorsteps: readonly Doorstep[]): Promise<{ readonly doorstep: Doorstep; readonly reason: string }[]> {
    const closed = doorsteps.filter((doorstep) => this.#doors.get(doorstepKey(doorstep))?.isOpen !== true);
    const reasons = await Promise.all(closed.map((doorstep) => portProblem(doorstep, this.#parts.ownPorts, this.#parts.clock)));
    return closed.flatMap((doorstep, index) => {
      const reason = reasons[index];
      return reason === undefined ? [] : [{ doorstep, reason }];
    });
  }

  /** Before a start: throws placement/port-taken when this machine could not listen for the container. */
  async demand(engine: FleetEngine, { facts }: FleetContainer): Promise<void> {
    const [problem] = await this.problems(forwardsOf(engine, facts, this.#rules));
    if (problem === undefined) return;
    const message = `driver failed programming external connectivity on endpoint ${facts.names[0] ?? facts.id}: ${problem.reason}`;
    throw new BaleenError('placement/port-taken', message, { details: { container: facts.id } });
  }

  /** For /metrics. */
  families(): MetricFamily[] {
    const open = [...this.#doors.values()].filter((door) => door.isOpen).length;
    return this.#counts.families(open, this.#doors.size - open);
  }

  /** Ends every connection. */
  stop(): void {
    this.#unwatch();
    this.#cancelPlan();
    for (const door of this.#doors.values()) door.abort();
    this.#doors.clear();
  }

  #applied(changed: RecordSubject): void {
    switch (changed.type) {
      case 'object':
        return changed.kind === 'container' ? this.#lookAt(changed.key, changed.id) : undefined;
      case 'batch':
        return this.#lookAtEngine(changed.key);
      case 'member':
      case 'engine':
        return this.#lookAtPlace(changed.key);
    }
  }

  #lookAtPlace(key: string): void {
    if (placeOf(this.#parts.follower.view, key) !== this.#places.get(key)) this.#lookAtEngine(key);
  }

  #lookAt(key: string, id: string): void {
    const engine = this.#parts.follower.view.engine(key);
    const container = engine?.shelves.container.get(id);
    const isListed = engine?.member !== undefined && container !== undefined;
    const wanted = isListed ? runningForwards(engine, container.facts, this.#rules) : [];
    const known = this.#wanted.get(key);
    if (wanted.length === 0 && !known?.delete(id)) return;
    if (wanted.length > 0) this.#wanted.set(key, (known ?? new Map<string, readonly Forward[]>()).set(id, wanted));
    this.#planSoon();
  }

  /** It came, left or changed its address. */
  #lookAtEngine(key: string): void {
    const { view } = this.#parts.follower;
    this.#places.set(key, placeOf(view, key));
    this.#wanted.delete(key);
    const engine = view.engine(key);
    // Each batch of a fleet that comes leads here: nearly always for an engine whose containers need not be looked at.
    if (engine !== undefined && isForwarded(engine, this.#rules))
      for (const id of engine.shelves.container.keys()) this.#lookAt(key, id);
    this.#planSoon();
  }

  #lookAtAll(): void {
    this.#wanted.clear();
    this.#places.clear();
    for (const { key } of this.#parts.follower.view.members()) this.#lookAtEngine(key);
    this.#planSoon();
  }

  /** A burst of records makes one plan. */
  #planSoon(): void {
    if (!this.#isPlanned) return;
    this.#isPlanned = false;
    this.#cancelPlan = this.#parts.clock.after(0, () => this.#plan());
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#cancelPlan();
    const plan = planForwards([...this.#wanted.values()].flatMap((ofEngine) => [...ofEngine.values()]));
    for (const [key, door] of this.#doors) {
      if (plan.has(key)) continue;
      this.#doors.delete(key);
      void door.close();
    }
    for (const [key, forward] of plan) {
      const door = this.#doors.get(key);
      if (door === undefined) this.#doors.set(key, new Door(forward, { ...this.#parts, counts: this.#counts }));
      else door.lead(forward);
    }
  }
}

/** What decides where an engine's ports are forwarded to; empty = it is no member. */
function placeOf(view: FleetView, key: string): string {
  const engine = view.engine(key);
  return engine?.member === undefined ? '' : `${engine.address} ${engine.ip}`;
}
