import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';
import type { DiscoverySource, SourceObserver } from './discovery-source.ts';
import { parseItems } from './node-list.ts';

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
 * A bad line or an unreadable file is an error and the old list stays; an empty file lists nothing.
 */
export function fileSource(options: FileSourceOptions): DiscoverySource {
  return { name: options.name, start: (observer) => new FileReading(options, observer) };
}

/** The addresses a discovery file lists. Throws discovery/invalid for the first bad line. */
export function parseFile(text: string): string[] {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => line.replace(/#.*$/s, '').trim());
  return parseItems(lines.filter((line) => line !== ''));
}

class FileReading {
  readonly #options: FileSourceOptions;
  readonly #observer: SourceObserver;
  readonly #watching: { stop(): void } | undefined;
  #emitted: string | undefined;
  #reading = false;
  #again = false;
  #stopped = false;
  #cancelNext: () => void = () => undefined;

  constructor(options: FileSourceOptions, observer: SourceObserver) {
    this.#options = options;
    this.#observer = observer;
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
    const read = await this.#list();
    this.#reading = false;
    if (this.#stopped) return;
    this.#schedule(this.#again ? settleMs : this.#options.heartbeatMs);
    this.#again = false;
    if (read instanceof BaleenError) {
      this.#observer.onError(read);
      return;
    }
    const text = read.join('\n');
    if (text === this.#emitted) return;
    this.#emitted = text;
    this.#observer.onList(read);
  }

  async #list(): Promise<string[] | BaleenError> {
    const { path, readText } = this.#options;
    try {
      return parseFile(await readText(path));
    } catch (error) {
      if (error instanceof BaleenError) return error;
      const cause = error instanceof Error ? error.message : String(error);
      return new BaleenError('discovery/invalid', `failed to read '${path}': ${cause}`, { cause: error });
    }
  }
}
