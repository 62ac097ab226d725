import { PassThrough, type Readable } from 'node:stream';
import { BaleenError } from '#contracts';
import type { Clock } from '#service-shell';

/** Bytes of an upload kept for an engine that is behind the fastest; beyond it the upload waits. Slow disks write them in a second or two. */
const branchMaxBytes = 8 * 1024 * 1024;
/** Bytes of one upload kept for all engines together: a gateway of 1 GiB takes two at once. Above 32 engines each has less than its 8 MiB. */
const uploadMaxBytes = 256 * 1024 * 1024;
/** An engine that takes nothing at all for so long while others could go on is given up. */
export const stalledMs = 30_000;

/** Bytes kept for each of so many engines. */
export function branchBytes(count: number): number {
  return Math.min(branchMaxBytes, Math.floor(uploadMaxBytes / count));
}

/**
 * One body for several receivers, at the pace of the slowest but for `branchBytes`. A receiver that ends or stands still is left
 * behind; the others get every byte. The last one is waited for as long as it wants.
 */
export class BodyFanOut {
  readonly branches: readonly Readable[];
  readonly #source: Readable;
  readonly #sinks: readonly PassThrough[];
  readonly #clock: Clock;

  constructor(source: Readable, count: number, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.#sinks = Array.from({ length: count }, () => new PassThrough({ writableHighWaterMark: branchBytes(count) }));
    this.branches = this.#sinks;
    // What breaks a branch is told by whoever reads it.
    for (const sink of this.#sinks) sink.on('error', () => undefined);
  }

  /** Resolves when the body has gone out, or nobody wants more of it. A sender that stops midway breaks off all branches. */
  async run(): Promise<void> {
    try {
      for await (const chunk of this.#source.iterator({ destroyOnReturn: false })) {
        const open = this.#open();
        if (open.length === 0) break;
        await Promise.all(open.map((sink) => this.#give(sink, chunk as Buffer)));
      }
      for (const sink of this.#open()) sink.end();
    } catch (cause) {
      const broken = new BaleenError('request/invalid', 'the body ended before it was complete', { cause });
      for (const sink of this.#open()) sink.destroy(broken);
    }
    // A client that first sends everything must not wait for ever for somebody to take it.
    this.#source.resume();
  }

  /** Resolves when the receiver takes more, or has ended. */
  #give(sink: PassThrough, chunk: Buffer): Promise<void> | undefined {
    if (sink.destroyed || sink.write(chunk)) return undefined;
    return new Promise((resolve) => {
      // 'drain' comes when all is out, which a slow engine may need minutes for.
      let kept = keptBytes(sink);
      const look = () => {
        if (keptBytes(sink) === kept) return this.#giveUp(sink);
        kept = keptBytes(sink);
        cancel = this.#clock.after(stalledMs, look);
      };
      let cancel = this.#clock.after(stalledMs, look);
      const settle = () => {
        cancel();
        sink.off('drain', settle).off('close', settle);
        resolve();
      };
      sink.once('drain', settle).once('close', settle);
    });
  }

  #giveUp(sink: PassThrough): void {
    if (this.#open().length < 2) return;
    sink.destroy(
      new BaleenError('engine/timeout', `it took nothing of the upload for ${stalledMs / 1_000} s and held the others up`),
    );
  }

  #open(): PassThrough[] {
    return this.#sinks.filter((sink) => !sink.destroyed);
  }
}

function keptBytes(sink: PassThrough): number {
  return sink.writableLength + sink.readableLength;
}
