import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestEngine } from '#testing';
import { costOf, type ProcessCost } from './process-cost.ts';

const program = fileURLToPath(new URL('../../../bin/baleen', import.meta.url));
const stopMaxMs = 8_000;

export type AgentOptions = {
  readonly engine: TestEngine;
  /** File of its join token. */
  readonly tokenFile: string;
};

/** `baleen join --token`, on the network and under the name of the engine's host, dialling out. */
export class AgentProcess {
  readonly #process: ChildProcess;
  readonly #gone: Promise<number | null>;
  #log = '';

  constructor({ engine, tokenFile }: AgentOptions) {
    const join = ['join', '--token', tokenFile, '--engine', `unix://${engine.socketPath}`];
    const [command, ...args] = engine.onNetwork([program, ...join]);
    // Killed with the tests, however these end.
    this.#process = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    const gone = Promise.withResolvers<number | null>();
    this.#gone = gone.promise;
    this.#process.once('exit', gone.resolve);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    }
  }

  /** What it has written so far: JSON lines. */
  get log(): string {
    return this.#log;
  }

  get isAlive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get cost(): ProcessCost {
    return costOf(this.#process.pid ?? 0);
  }

  /** Its exit status, once it has ended by itself. */
  get ended(): Promise<number | null> {
    return this.#gone;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#gone;
  }

  /** Ends politely; resolves with its status. */
  async stop(): Promise<number | null> {
    this.#process.kill('SIGTERM');
    const hurry = setTimeout(() => this.#process.kill('SIGKILL'), stopMaxMs);
    const status = await this.#gone;
    clearTimeout(hurry);
    return status;
  }
}
