import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type ServerProgram = {
  readonly program: string;
  readonly args: readonly string[];
  /** Rejects or answers false while the server cannot serve yet. */
  readonly isReady: () => Promise<boolean>;
};

const readyMaxMs = 45_000;
const pollMs = 50;

/** A server of a test: killed without warning and started again on the same ports and data, as its `ServerProgram` says. */
export class ServerProcess {
  readonly #spec: ServerProgram;
  readonly #dir: string;
  #child: ChildProcess | undefined;
  #said = '';

  private constructor(spec: ServerProgram, dir: string) {
    this.#spec = spec;
    this.#dir = dir;
  }

  /** `describe` gets a folder that goes away with the server. */
  static async start(describe: (dir: string) => Promise<ServerProgram> | ServerProgram): Promise<ServerProcess> {
    const dir = await mkdtemp(join(tmpdir(), 'baleen-discovery-'));
    const server = new ServerProcess(await describe(dir), dir);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const child = spawn(this.#spec.program, this.#spec.args, { cwd: this.#dir, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#said = (this.#said + chunk.toString()).slice(-4_000);
      });
    }
    this.#child = child;
    const untilMs = performance.now() + readyMaxMs;
    while (!(await this.#isReady())) {
      if (child.exitCode !== null || performance.now() > untilMs) {
        throw new Error(`${this.#spec.program} does not start (${child.exitCode}):\n${this.#said}`);
      }
      await delay(pollMs);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #isReady(): Promise<boolean> {
    try {
      return await this.#spec.isReady();
    } catch (error) {
      // Whatever a server that is not up yet makes of a question, it is not ready.
      if (error instanceof Error) return false;
      throw error;
    }
  }
}
