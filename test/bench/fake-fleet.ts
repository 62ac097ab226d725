import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Fake daemons in another process. */
export class FakeFleet {
  readonly addresses: readonly string[];
  readonly #process: ChildProcess;

  static async open(engines: number, containers: number): Promise<FakeFleet> {
    const program = fileURLToPath(new URL('./fake-daemons.process.ts', import.meta.url));
    const child = fork(program, [String(engines), String(containers)], { execArgv: [] });
    const [addresses] = (await once(child, 'message')) as [string[]];
    return new FakeFleet(child, addresses);
  }

  private constructor(child: ChildProcess, addresses: readonly string[]) {
    this.#process = child;
    this.addresses = addresses;
  }

  /** Requests to all of them so far. */
  async requests(): Promise<number> {
    this.#process.send('count');
    const [count] = (await once(this.#process, 'message')) as [number];
    return count;
  }

  /** The first daemon tells that many events a second from now on. */
  storm(eventsPerSecond: number, seconds: number): void {
    this.#process.send(`storm ${eventsPerSecond} ${seconds}`);
  }

  close(): void {
    this.#process.kill();
  }
}
