import { ofContainer, ofMount, ofNetwork, ofVolume } from '../events/container-happenings.ts';
import { type Container, isUp, lifeOf } from './container.ts';
import { DaemonRefusal } from './daemon-refusal.ts';
import type { EngineState } from './engine-state.ts';
import { nextHost } from './network.ts';

/** False = it runs already. */
export function startContainer(engine: EngineState, container: Container): boolean {
  if (container.state === 'paused') throw new DaemonRefusal(409, 'cannot start a paused container, try unpause instead');
  if (container.state === 'running') return false;
  for (const mount of container.mounts) if (mount.type === 'volume') engine.tell(ofMount(mount, 'mount', container));
  for (const endpoint of container.endpoints) {
    endpoint.host = nextHost(endpoint.network);
    engine.tell(ofNetwork(endpoint.network, 'connect', container));
  }
  container.state = 'running';
  container.startedAtMs = engine.clock.nowMs();
  container.exitCode = 0;
  container.pid = pidOf(container);
  engine.tell(ofContainer(container, 'start'));
  const life = container.hasInputEnded ? { lifeMs: 0, exitCode: 0 } : lifeOf(container.command);
  if (life !== undefined)
    container.cancelEnd = engine.clock.after(life.lifeMs, () => endProcess(engine, container, life.exitCode));
  return true;
}

/** Signals that end a process which does nothing about them. */
const deadly = new Set(['9', '15', '2', '3', '1', '6']);
const killed = 137;
const terminated = 143;

export function killContainer(engine: EngineState, container: Container, signal: string): void {
  if (!isUp(container)) {
    const message = `cannot kill container: ${container.name}: container ${container.id} is not running`;
    throw new DaemonRefusal(409, message);
  }
  engine.tell(ofContainer(container, 'kill', { signal }));
  if (deadly.has(signal)) endProcess(engine, container, 128 + Number(signal));
}

/** False = it does not run. Simulated processes end on SIGTERM, so nothing waits. */
export function stopContainer(engine: EngineState, container: Container): boolean {
  if (!isUp(container)) return false;
  engine.tell(ofContainer(container, 'kill', { signal: '15' }));
  endProcess(engine, container, terminated, () => engine.tell(ofContainer(container, 'stop')));
  return true;
}

export function restartContainer(engine: EngineState, container: Container): void {
  stopContainer(engine, container);
  startContainer(engine, container);
  engine.tell(ofContainer(container, 'restart'));
}

export function pauseContainer(engine: EngineState, container: Container): void {
  if (container.state === 'paused') throw new DaemonRefusal(409, `Container ${container.id} is already paused`);
  if (container.state !== 'running') throw new DaemonRefusal(409, `container ${container.id} is not running`);
  container.state = 'paused';
  engine.tell(ofContainer(container, 'pause'));
}

export function unpauseContainer(engine: EngineState, container: Container): void {
  if (container.state !== 'paused') throw new DaemonRefusal(409, `Container ${container.id} is not paused`);
  container.state = 'running';
  engine.tell(ofContainer(container, 'unpause'));
}

export function renameContainer(engine: EngineState, container: Container, name: string): void {
  const oldName = `/${container.name}`;
  engine.containers.rename(container, name.replace(/^\//, ''));
  engine.tell(ofContainer(container, 'rename', { oldName }));
}

/** `withVolumes`: the anonymous ones go with it. */
export function removeContainer(
  engine: EngineState,
  container: Container,
  how: { isForced: boolean; withVolumes: boolean },
): void {
  if (isUp(container)) {
    if (!how.isForced) {
      const message = `cannot remove container "${container.name}": container is ${container.state}: stop the container before removing or force remove`;
      throw new DaemonRefusal(409, message);
    }
    engine.tell(ofContainer(container, 'kill', { signal: '9' }));
    endProcess(engine, container, killed);
  }
  // One that removes itself has gone with its process.
  if (engine.containers.find(container.id) === undefined) return;
  if (how.withVolumes) removeVolumes(engine, container);
  forget(engine, container);
}

/** Its process ends: by itself, by a signal, or with the daemon. `beforeDie` tells what daemons tell between clean-up and `die`. */
export function endProcess(engine: EngineState, container: Container, exitCode: number, beforeDie?: () => void): void {
  container.cancelEnd?.();
  container.cancelEnd = undefined;
  container.state = 'exited';
  container.exitCode = exitCode;
  container.pid = 0;
  container.finishedAtMs = engine.clock.nowMs();
  for (const endpoint of container.endpoints) {
    endpoint.host = 0;
    engine.tell(ofNetwork(endpoint.network, 'disconnect', container));
  }
  for (const mount of container.mounts) if (mount.type === 'volume') engine.tell(ofMount(mount, 'unmount', container));
  beforeDie?.();
  const execDuration = String(Math.round((container.finishedAtMs - container.startedAtMs) / 1_000));
  engine.tell(ofContainer(container, 'die', { execDuration, exitCode: String(exitCode) }));
  engine.ended(container, false);
  if (container.hostConfig.AutoRemove !== true) return;
  removeVolumes(engine, container);
  forget(engine, container);
}

/** Whoever gave it its only input gives no more. */
export function endInput(engine: EngineState, container: Container): void {
  container.hasInputEnded = true;
  if (isUp(container)) endProcess(engine, container, 0);
}

function removeVolumes(engine: EngineState, { mounts }: Container): void {
  for (const { isAnonymous, name } of mounts) {
    if (!isAnonymous) continue;
    engine.volumes.remove(name);
    engine.tell(ofVolume(name, 'destroy', 'local'));
  }
}

function forget(engine: EngineState, container: Container): void {
  engine.containers.remove(container);
  engine.tell(ofContainer(container, 'destroy'));
  engine.ended(container, true);
}

function pidOf({ id }: Container): number {
  return 1_000 + (Number.parseInt(id.slice(0, 6), 16) % 30_000);
}
