import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Clock, programOnPath, spawnDyingWithUs } from '#service-shell';
import type { SshAddress } from '../engine-address.ts';
import { sshArguments } from './ssh-arguments.ts';
import { countNotJoined, type SshReason, whySshEnded } from './ssh-reasons.ts';

/** Longer than ssh's own ConnectTimeout, so that ssh's words come first. */
const standMaxMs = 12_000;
const lookEveryMs = 20;
/** ssh leaves at once on SIGTERM; a proxy command it waits for may not. */
const killAfterMs = 1_000;
/** What ssh wrote last, for the reason. */
const writtenMax = 8_192;
/** Until what it wrote with its last breath is here. Its pipe is not waited for: a proxy command may hold that open. */
const lastWordsMs = 30;

export type SshProcessOptions = {
  readonly address: SshAddress;
  readonly configFile: string | undefined;
  /** A path at which nothing is yet. */
  readonly socketPath: string;
  readonly clock: Clock;
};

/** One run of OpenSSH's client that forwards connections from a socket of this machine. It dies with this process. */
export class SshProcess {
  readonly socketPath: string;
  /** Resolves once it is logged in and listens (`undefined`), or with the reason when it ended before. */
  readonly begun: Promise<SshReason | undefined>;
  /** Resolves with the reason when it has ended, whenever that is. */
  readonly ended: Promise<SshReason>;
  readonly #clock: Clock;
  readonly #child: ChildProcess | undefined;
  #written = '';
  #notJoined = 0;
  #reason: SshReason | undefined;

  constructor({ address, configFile, socketPath, clock }: SshProcessOptions) {
    this.socketPath = socketPath;
    this.#clock = clock;
    const begin = Promise.withResolvers<SshReason | undefined>();
    const end = Promise.withResolvers<SshReason>();
    this.begun = begin.promise;
    this.ended = end.promise.then((reason) => {
      this.#reason = reason;
      begin.resolve(reason);
      return reason;
    });
    if (programOnPath('ssh') === undefined) {
      this.#reason = { kind: 'ssh', reason: 'there is no ssh program on this machine: install openssh-client' };
      end.resolve(this.#reason);
      return;
    }
    const child = spawnDyingWithUs('ssh', sshArguments(address, socketPath, configFile), { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child = child;
    child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk.toString('utf8')));
    const cancelWait = this.#awaitSocket(() => begin.resolve(undefined));
    child.once('error', (error) => end.resolve({ kind: 'ssh', reason: `ssh cannot be started: ${error.message}` }));
    child.once('exit', () => {
      cancelWait();
      clock.after(lastWordsMs, () => end.resolve(whySshEnded(this.#written)));
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** What it wrote last. */
  get written(): string {
    return this.#written;
  }

  /** Connections so far that the server did not join to the daemon's socket. */
  get notJoined(): number {
    return this.#notJoined;
  }

  /** Why it has ended, `undefined` while it runs. Known a moment before `ended` resolves. */
  get reason(): SshReason | undefined {
    if (this.#reason !== undefined) return this.#reason;
    const hasEnded = this.#child !== undefined && (this.#child.exitCode !== null || this.#child.signalCode !== null);
    return hasEnded ? whySshEnded(this.#written) : undefined;
  }

  /** Ends it; resolves once it is gone. */
  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    const cancel = this.#clock.after(killAfterMs, () => this.#child?.kill('SIGKILL'));
    await this.ended;
    cancel();
  }

  #hear(text: string): void {
    this.#written = (this.#written + text).slice(-writtenMax);
    this.#notJoined += countNotJoined(text);
  }

  /** ssh makes the socket once it is logged in; it listens on it right after, so it is seen twice before it counts. */
  #awaitSocket(onStands: () => void): () => void {
    const giveUpMs = this.#clock.monotonicMs() + standMaxMs;
    let isThere = false;
    let cancel: () => void = () => undefined;
    const look = () => {
      if (isThere) return onStands();
      isThere = existsSync(this.socketPath);
      if (this.#clock.monotonicMs() <= giveUpMs || isThere) {
        cancel = this.#clock.after(lookEveryMs, look);
        return;
      }
      this.#hear(`\nno login within ${standMaxMs} ms: timed out`);
      this.#child?.kill('SIGKILL');
    };
    look();
    return () => cancel();
  }
}
