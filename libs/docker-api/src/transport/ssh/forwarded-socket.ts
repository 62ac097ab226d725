import { Socket } from 'node:net';
import type { Clock } from '#service-shell';

/** An ssh process that ends closes its connections microseconds before it can be seen to have ended, and says why a moment later. */
const judgedAfterMs = 50;

/**
 * A connection through a forward that may not stand yet: what is written waits for `connect`. When ssh dies, the kernel ends its
 * connections politely, as a daemon does that has nothing more to say; so an end is believed only if `whyBroken` still knows of
 * no break a moment later. Else it is an error, and so is a reset, with ssh's reason.
 */
export class ForwardedSocket extends Socket {
  readonly #clock: Clock;
  readonly #whyBroken: (socket: ForwardedSocket) => Error | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, whyBroken: (socket: ForwardedSocket) => Error | undefined) {
    super({ allowHalfOpen: true });
    this.#clock = clock;
    this.#whyBroken = whyBroken;
    // Node's own mark of a socket on its way: writes and ends wait for 'connect'. Without it a write before `connect` is an error.
    (this as { connecting: boolean }).connecting = true;
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (chunk !== null) return super.push(chunk, encoding);
    this.#cancel ??= this.#clock.after(judgedAfterMs, () => {
      const broken = this.#whyBroken(this);
      if (broken === undefined) super.push(null);
      else this.destroy(broken);
    });
    return false;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#cancel?.();
    if (!isBreak(error)) return super._destroy(error, callback);
    this.#clock.after(judgedAfterMs, () => super._destroy(this.#whyBroken(this) ?? error, callback));
  }
}

/** What the kernel says of a connection whose other end was closed. */
function isBreak(error: NodeJS.ErrnoException | null): boolean {
  return error?.code === 'ECONNRESET' || error?.code === 'EPIPE';
}
