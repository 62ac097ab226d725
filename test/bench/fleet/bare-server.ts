import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { costOf } from '../../e2e/product/process-cost.ts';

/** A bare node:http server in another process: the limit of whatever answers over HTTP. */
export class BareServer {
  readonly address: string;
  readonly #process: ChildProcess;

  static async open(): Promise<BareServer> {
    const child = fork(new URL('./bare-server.process.ts', import.meta.url), { execArgv: [] });
    const [address] = (await once(child, 'message')) as [string];
    return new BareServer(child, address);
  }

  private constructor(child: ChildProcess, address: string) {
    this.#process = child;
    this.address = address;
  }

  get cpuMs(): number {
    return costOf(this.#process.pid ?? 0).cpuMs;
  }

  close(): void {
    this.#process.kill();
  }
}
