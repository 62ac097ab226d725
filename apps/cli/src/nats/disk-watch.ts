import type { Clock } from '#service-shell';

export type DiskWatchParts = {
  /** Bytes that the server could still write. */
  readonly freeBytes: () => Promise<number>;
  /** Whether a write succeeds now. */
  readonly takesWrites: () => Promise<boolean>;
  readonly onStuck: () => void;
  readonly clock: Clock;
};

const lookIntervalMs = 2_000;
/** With less, a write of nats-server may have failed: its largest message is 8 MiB. */
const fullBytes = 16 * 1024 * 1024;
/** With as much it can go on for a while, so that what follows is worth it. */
const roomBytes = 64 * 1024 * 1024;

/**
 * Tells of a nats-server whose disk was full and has room again, and which takes no writes all the same: a write that failed once makes it refuse all,
 * until it is started again. At rest it asks the file system alone.
 */
export class DiskWatch {
  readonly #parts: DiskWatchParts;
  #wasFull = false;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: DiskWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#cancel = this.#parts.clock.after(lookIntervalMs, () => void this.#lookAgain());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #lookAgain(): Promise<void> {
    await this.#look();
    if (!this.#isStopped) this.start();
  }

  async #look(): Promise<void> {
    const { freeBytes, takesWrites, onStuck } = this.#parts;
    const free = await freeBytes();
    if (free < fullBytes) this.#wasFull = true;
    if (!this.#wasFull || free < roomBytes) return;
    // Once for each time it was full: another start would cure nothing more.
    this.#wasFull = false;
    const isStuck = !(await takesWrites());
    if (isStuck && !this.#isStopped) onStuck();
  }
}
