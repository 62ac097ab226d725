import { BaleenError } from '#contracts';
import type { Clock, Logger } from '#service-shell';
import { type SshAddress, showEngineAddress } from '../engine-address.ts';
import type { EngineStream } from '../engine-transport.ts';
import { ForwardedSocket } from './forwarded-socket.ts';
import { SshProcess } from './ssh-process.ts';
import { type SshReason, whyNotJoined } from './ssh-reasons.ts';

export type SshForwardOptions = {
  readonly address: SshAddress;
  readonly configFile: string | undefined;
  /** A fresh path in a folder that nobody else can enter. */
  readonly newSocketPath: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Nobody has used it for a while: it has ended itself. */
  readonly onIdle: () => void;
};

/** Rests between starts of an ssh that fails: doubling, no longer than a monitor's rest between attempts. */
const firstRestMs = 250;
const restMaxMs = 5_000;
/** Kept connections live 30 s: an engine that is no member any more costs an ssh process for this much longer. */
const idleMaxMs = 60_000;

/** The process a connection goes through, and what that had said before. */
type Way = { readonly process: SshProcess; readonly notJoinedBefore: number };

/** The way to one daemon's socket: an ssh process, started when a connection is wanted, again after it died, ended when idle. */
export class SshForward {
  readonly #options: SshForwardOptions;
  readonly #shown: string;
  readonly #sockets = new Map<ForwardedSocket, Way | undefined>();
  #process: SshProcess | undefined;
  #failures = 0;
  #restUntilMs = Number.NEGATIVE_INFINITY;
  #cancelIdle: () => void = () => undefined;
  #closed = false;

  constructor(options: SshForwardOptions) {
    this.#options = options;
    this.#shown = showEngineAddress(options.address);
  }

  /** A connection to the daemon; it fails with engine/unreachable when ssh does. */
  connect(onReady?: () => void): EngineStream {
    this.#cancelIdle();
    const socket = new ForwardedSocket(this.#options.clock, (asking) => this.#whyBroken(asking));
    if (onReady !== undefined) socket.once('connect', onReady);
    this.#sockets.set(socket, undefined);
    socket.once('close', () => this.#gone(socket));
    void this.#lead(socket);
    return socket;
  }

  /** Ends ssh and every connection through it; resolves once it is gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelIdle();
    for (const socket of this.#sockets.keys()) socket.destroy();
    await this.#process?.stop();
  }

  /** Never rejects: what goes wrong is the socket's. */
  async #lead(socket: ForwardedSocket): Promise<void> {
    const process = this.#running();
    const failure = process.reason ?? (await process.begun);
    // Given up while ssh was starting.
    if (socket.destroyed) return;
    if (failure !== undefined) {
      socket.destroy(this.#unreachable(failure));
      return;
    }
    this.#sockets.set(socket, { process, notJoinedBefore: process.notJoined });
    socket.connect({ path: process.socketPath });
  }

  /** Each start costs the server a login: while it rests, who asks hears what the last one ended with. */
  #running(): SshProcess {
    const known = this.#process;
    const { address, configFile, newSocketPath, clock } = this.#options;
    if (known !== undefined && (known.reason === undefined || clock.monotonicMs() < this.#restUntilMs)) return known;
    const process = new SshProcess({ address, configFile, socketPath: newSocketPath(), clock });
    const before = known?.reason;
    this.#process = process;
    let stoodAtMs: number | undefined;
    void process.begun.then((failure) => {
      if (failure !== undefined) return;
      stoodAtMs = clock.monotonicMs();
      this.#options.logger.info({ engine: this.#shown, pid: process.pid }, 'ssh forward stands');
    });
    void process.ended.then((reason) => this.#ended(process, reason, stoodAtMs, before));
    return process;
  }

  #ended(process: SshProcess, reason: SshReason, stoodAtMs: number | undefined, before: SshReason | undefined): void {
    const { clock, logger } = this.#options;
    const nowMs = clock.monotonicMs();
    if (stoodAtMs !== undefined && nowMs - stoodAtMs > restMaxMs) this.#failures = 0;
    // The first one that broke after it had stood is started again at once.
    const restMs = this.#failures === 0 && stoodAtMs !== undefined ? 0 : firstRestMs * 2 ** Math.min(this.#failures, 16);
    this.#restUntilMs = nowMs + Math.min(restMaxMs, restMs);
    this.#failures += 1;
    const isNews = stoodAtMs !== undefined || before?.reason !== reason.reason;
    if (!this.#closed && isNews) logger.warn({ engine: this.#shown, reason: reason.reason }, 'ssh forward ended');
    for (const [socket, way] of this.#sockets) if (way?.process === process) socket.destroy(this.#unreachable(reason, true));
  }

  #gone(socket: ForwardedSocket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size > 0 || this.#closed) return;
    this.#cancelIdle();
    this.#cancelIdle = this.#options.clock.after(idleMaxMs, () => {
      this.#options.onIdle();
      void this.close();
    });
  }

  /** Asked by a connection that ended or was reset: the engine's doing (`undefined`), or that of the way. */
  #whyBroken(socket: ForwardedSocket): Error | undefined {
    const way = this.#sockets.get(socket);
    if (way === undefined) return undefined;
    const { reason, notJoined, written } = way.process;
    if (reason !== undefined) return this.#unreachable(reason, true);
    const isJoined = socket.bytesRead > 0 || notJoined === way.notJoinedBefore;
    return isJoined ? undefined : this.#unreachable(whyNotJoined(written, this.#options.address.socketPath));
  }

  #unreachable({ kind, reason }: SshReason, sent = false): BaleenError {
    const message = `cannot reach the engine at ${this.#shown}: ${reason}`;
    return new BaleenError('engine/unreachable', message, { details: { kind, sent } });
  }
}
