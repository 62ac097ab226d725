import { DaemonRefusal } from './daemon-refusal.ts';

/** An exec instance. */
export type Exec = {
  readonly id: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly hasStdin: boolean;
  readonly hasStdout: boolean;
  readonly hasStderr: boolean;
  readonly isTty: boolean;
  state: 'created' | 'running' | 'ended';
  exitCode: number | null;
  pid: number;
};

/** A daemon drops ended ones with their containers; this many are kept. */
const execsMax = 1_000;

/** The exec instances of one daemon. */
export class ExecStore {
  readonly #byId = new Map<string, Exec>();

  add(exec: Exec): void {
    this.#byId.set(exec.id, exec);
    if (this.#byId.size <= execsMax) return;
    for (const oldest of this.#byId.keys()) {
      this.#byId.delete(oldest);
      return;
    }
  }

  get(id: string): Exec {
    const exec = this.#byId.get(id);
    if (exec === undefined) throw new DaemonRefusal(404, `No such exec instance: ${id}`);
    return exec;
  }
}
