import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../bin/baleen', import.meta.url));

/** One `baleen scheduler` on an existing NATS: a process of our own, so that we know which one leads. */
export class SoloScheduler {
  readonly #process: ChildProcess;
  readonly #gone: Promise<void>;
  #log = '';

  constructor(natsUrl: string) {
    const gone = Promise.withResolvers<void>();
    this.#gone = gone.promise;
    this.#process = spawn(program, ['scheduler', '--nats', natsUrl], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process.once('exit', () => gone.resolve());
    this.#process.stdout?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The last term it was given; 0 when it never led. */
  get term(): number {
    const acquired = [...this.#log.matchAll(/"term":(\d+)[^\n]*"leadership acquired"/g)];
    return Number(acquired.at(-1)?.[1] ?? 0);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** SIGKILL; also a stopped one ends. */
  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#gone;
  }
}
