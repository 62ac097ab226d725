import { DaemonRefusal } from './daemon-refusal.ts';

export type Volume = {
  readonly name: string;
  readonly driver: string;
  readonly createdAtMs: number;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly options: Readonly<Record<string, string>> | null;
};

/** The volumes of one daemon. */
export class VolumeStore {
  readonly #byName = new Map<string, Volume>();

  get all(): readonly Volume[] {
    return [...this.#byName.values()];
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  get(name: string): Volume {
    const volume = this.#byName.get(name);
    if (volume === undefined) throw new DaemonRefusal(404, `get ${name}: no such volume`);
    return volume;
  }

  add(volume: Volume): Volume {
    this.#byName.set(volume.name, volume);
    return volume;
  }

  remove(name: string): void {
    this.#byName.delete(this.get(name).name);
  }
}
