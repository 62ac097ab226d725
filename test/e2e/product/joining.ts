import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../bin/baleen', import.meta.url));

/** A `baleen join` that runs. */
export class Joining {
  readonly #process: ChildProcess;
  #log = '';

  constructor(...args: readonly string[]) {
    this.#process = spawn(program, ['join', ...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    }
  }

  get log(): string {
    return this.#log;
  }

  /** Ends it politely; resolves with its exit status and the ms it took. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const startedMs = performance.now();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const gone = new Promise((resolve) => this.#process.once('exit', resolve));
      this.#process.kill('SIGTERM');
      await gone;
    }
    return { code: this.#process.exitCode, tookMs: performance.now() - startedMs };
  }
}
