import type { Clock } from '#service-shell';
import { ofContainer } from '../events/container-happenings.ts';
import type { Served } from '../http/route.ts';
import { type Container, isUp } from '../model/container.ts';
import * as lifecycle from '../model/container-lifecycle.ts';

export type Storm = {
  /** The engine's place among the addresses; default 0. */
  readonly engine?: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  /** Taken in turn, each for the next container; default `start`, `die`. */
  readonly actions?: readonly string[];
  /**
   * False (default): the events are only told, and lists go on saying what they said. True: the actions are done (`start`, `die`, `kill`,
   * `pause`, `unpause`, `restart`), each with all events that belong to it; a container that the action does not fit is passed over.
   */
  readonly changesState?: boolean;
};

/** Events that are due are told together, however late the timers of a busy machine are. */
const tickMs = 20;
const defaultActions = ['start', 'die'];

/** Resolves once the last event is told. */
export function runStorm(served: Served, clock: Clock, storm: Storm): Promise<void> {
  const containers = [...served.state.containers.all];
  const actions = storm.actions ?? defaultActions;
  const beganMs = clock.monotonicMs();
  let said = 0;
  return new Promise((resolve) => {
    const tick = () => {
      const elapsed = Math.min(storm.seconds, (clock.monotonicMs() - beganMs) / 1_000);
      for (; said < elapsed * storm.eventsPerSecond; said++) {
        const container = containers[said % Math.max(1, containers.length)];
        if (container !== undefined) happen(served, container, actions[said % actions.length] ?? '', storm.changesState === true);
      }
      if (elapsed < storm.seconds) clock.after(tickMs, tick);
      else resolve();
    };
    tick();
  });
}

function happen({ state, events }: Served, container: Container, action: string, changesState: boolean): void {
  if (!changesState) {
    const more = action === 'die' ? { execDuration: '1', exitCode: '0' } : {};
    events.tell(ofContainer(container, action, more));
    return;
  }
  if (state.containers.find(container.id) !== container) return;
  switch (action) {
    case 'start':
      if (!isUp(container)) lifecycle.startContainer(state, container);
      return;
    case 'die':
      if (isUp(container)) lifecycle.endProcess(state, container, 0);
      return;
    case 'kill':
      if (isUp(container)) lifecycle.killContainer(state, container, '9');
      return;
    case 'pause':
      if (container.state === 'running') lifecycle.pauseContainer(state, container);
      return;
    case 'unpause':
      if (container.state === 'paused') lifecycle.unpauseContainer(state, container);
      return;
    case 'restart':
      if (container.state === 'running') lifecycle.restartContainer(state, container);
      return;
    default:
      throw new RangeError(`a storm cannot do '${action}'; one that only tells of it can`);
  }
}
