import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { DiscoverySource, SourceObserver } from '../discovery-source.ts';
import { linesOf, listFileFailure } from '../lists/list-file.ts';
import { ListReporter } from '../lists/list-reporter.ts';

export type FileSourceOptions = {
  readonly name: string;
  readonly path: string;
  /** Time between two reads, ms. */
  readonly heartbeatMs: number;
  readonly clock: Clock;
  readonly readText: (path: string) => Promise<string>;
  /** Calls back when the file may have changed; absent = only the heartbeat counts. */
  readonly watch?: (path: string, onChange: () => void) => { stop(): void };
};

/** Writers save in several steps; reading waits for the last of them this long. */
const settleMs = 50;

/**
 * `file://`: one address or range per line, `#` starts a comment, read again each heartbeat and when the file changes (spec 2.4).
 * A bad line is an error that names it, the others count; an unreadable file is an error and the old list stays; an empty one lists
 * nothing.
 */
export function fileSource(options: FileSourceOptions): DiscoverySource {
  return { name: options.name, start: (observer) => new FileReading(options, observer) };
}

class FileReading {
  readonly #options: FileSourceOptions;
  readonly #reporter: ListReporter;
  readonly #watching: { stop(): void } | undefined;
  #reading = false;
  #again = false;
  #stopped = false;
  #cancelNext: () => void = () => undefined;

  constructor(options: FileSourceOptions, observer: SourceObserver) {
    this.#options = options;
    this.#reporter = new ListReporter(observer, options.clock, options.heartbeatMs, { ranges: true });
    this.#watching = options.watch?.(options.path, () => this.#schedule(settleMs));
    void this.#read();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelNext();
    this.#watching?.stop();
  }

  #schedule(delayMs: number): void {
    this.#cancelNext();
    if (!this.#stopped) this.#cancelNext = this.#options.clock.after(delayMs, () => void this.#read());
  }

  async #read(): Promise<void> {
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#reading = true;
    const read = await this.#lines();
    this.#reading = false;
    if (this.#stopped) return;
    this.#schedule(this.#again ? settleMs : this.#options.heartbeatMs);
    this.#again = false;
    if (read instanceof BaleenError) this.#reporter.failed(read);
    else this.#reporter.read(read);
  }

  async #lines(): Promise<string[] | BaleenError> {
    const { path, readText } = this.#options;
    try {
      return linesOf(await readText(path));
    } catch (error) {
      return listFileFailure(path, error);
    }
  }
}
