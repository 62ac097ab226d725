import type { CreateBody, HostConfig } from './create-body.ts';
import type { Image } from './image.ts';
import type { Mount } from './mount.ts';
import type { Endpoint } from './network.ts';

/** created → running ⇄ paused; running | paused → exited → running; any → gone. */
export type ContainerState = 'created' | 'running' | 'paused' | 'exited';

/** A container as one daemon holds it. */
export type Container = {
  readonly id: string;
  /** Without the slash. */
  name: string;
  /** Daemons give it DNS names in the default network from then on. */
  wasRenamed: boolean;
  readonly createdAtMs: number;
  readonly image: Image;
  /** As it was asked for, without its host config. */
  readonly given: CreateBody;
  /** As it was asked for, or updated since. */
  hostConfig: HostConfig;
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly mounts: readonly Mount[];
  endpoints: Endpoint[];
  state: ContainerState;
  /** 0 = never. */
  startedAtMs: number;
  finishedAtMs: number;
  exitCode: number;
  /** 0 = it does not run. */
  pid: number;
  /** Its only input (`StdinOnce`) has ended: a program that echoes it ends as soon as it runs. */
  hasInputEnded: boolean;
  /** Calls off the end of its process, where that ends by itself. */
  cancelEnd: (() => void) | undefined;
};

export function isUp({ state }: Pick<Container, 'state'>): boolean {
  return state === 'running' || state === 'paused';
}

/** What a process does: how long it runs and with what it ends; `undefined` = until it is killed. Fully determined by its command. */
export function lifeOf(command: readonly string[]): { readonly lifeMs: number; readonly exitCode: number } | undefined {
  const [program = '', argument = ''] = command;
  switch (program.slice(program.lastIndexOf('/') + 1)) {
    case 'true':
    case 'echo':
      return { lifeMs: 0, exitCode: 0 };
    case 'false':
      return { lifeMs: 0, exitCode: 1 };
    case 'sleep':
      return Number(argument) > 0 ? { lifeMs: Number(argument) * 1_000, exitCode: 0 } : undefined;
    default:
      return undefined;
  }
}
