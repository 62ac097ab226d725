import type { Clock } from '#service-shell';
import type { Happening } from '../events/happening.ts';
import type { Container } from './container.ts';
import type { ContainerStore } from './container-store.ts';
import type { ImageStore } from './image-store.ts';
import type { NetworkStore } from './network-store.ts';
import { idFrom } from './seeded-ids.ts';
import type { VolumeStore } from './volume-store.ts';

export type EngineIdentity = {
  readonly seed: number;
  /** Its place among the simulated engines. */
  readonly number: number;
  /** A UUID. */
  readonly id: string;
  readonly name: string;
};

/** What a container is waited for. */
export type WaitFor = 'not-running' | 'next-exit' | 'removed';

/** All that one simulated daemon holds. Functions beside this file change it; whatever changes is told. */
export class EngineState {
  readonly identity: EngineIdentity;
  readonly clock: Clock;
  readonly containers: ContainerStore;
  readonly images: ImageStore;
  readonly networks: NetworkStore;
  readonly volumes: VolumeStore;
  /** Counts changes: what was rendered before the last one is stale. */
  revision = 0;
  readonly #onTold: (happening: Happening) => void;
  readonly #waiting = new Map<string, { readonly until: WaitFor; readonly resolve: (exitCode: number) => void }[]>();
  #idsGiven = 0;

  constructor(
    parts: Pick<EngineState, 'identity' | 'clock' | 'containers' | 'images' | 'networks' | 'volumes'> & {
      readonly onTold: (happening: Happening) => void;
    },
  ) {
    this.identity = parts.identity;
    this.clock = parts.clock;
    this.containers = parts.containers;
    this.images = parts.images;
    this.networks = parts.networks;
    this.volumes = parts.volumes;
    this.#onTold = parts.onTold;
  }

  tell(happening: Happening): void {
    this.revision += 1;
    this.#onTold(happening);
  }

  /** An id that this engine has not given yet, the same in every run of the seed. */
  newId(): string {
    const { seed, number } = this.identity;
    return idFrom(seed, number, 'later', this.#idsGiven++);
  }

  /** Calls back once with the exit code. */
  waitFor(container: Container, until: WaitFor, resolve: (exitCode: number) => void): void {
    const waiting = this.#waiting.get(container.id) ?? [];
    waiting.push({ until, resolve });
    this.#waiting.set(container.id, waiting);
  }

  /** Its process has ended, or it is gone. */
  ended({ id, exitCode }: Container, isGone: boolean): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    const isOver = (until: WaitFor) => isGone || until !== 'removed';
    this.#waiting.set(
      id,
      waiting.filter(({ until }) => !isOver(until)),
    );
    for (const { until, resolve } of waiting) if (isOver(until)) resolve(exitCode);
    if (isGone) this.#waiting.delete(id);
  }
}
