import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { LoadJob, LoadOutcome } from './load-job.ts';

type Reply = { readonly outcome: LoadOutcome } | { readonly error: string };

/** The clients of a bench, in another process; one job at a time. */
export class LoadProcess {
  readonly #process: ChildProcess = fork(new URL('./load.process.ts', import.meta.url), { execArgv: [] });

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async run(job: LoadJob): Promise<LoadOutcome> {
    const replied = once(this.#process, 'message');
    this.#process.send(job);
    const [reply] = (await replied) as [Reply];
    if ('error' in reply) throw new Error(`the load failed: ${reply.error}`);
    return reply.outcome;
  }

  close(): void {
    this.#process.kill();
  }
}
