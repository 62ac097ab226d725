import type { EngineAddress } from '../transport/engine-address.ts';
import type { EngineStream, EngineTransport } from '../transport/engine-transport.ts';
import { HeartbeatLine } from './heartbeat-line.ts';

/** A cut line may keep a connection or two from coming about; what never answers the upgrade does not speak this. */
const unopenedMax = 3;

/**
 * Asks one daemon whether it lives without a request: by HTTP/2 PING on a connection of its own, opened with `POST /grpc` (BuildKit's API, in
 * Docker since 18.09). The daemon's own loop answers, so a stopped one is as silent as it is to requests. Never rejects, and has no deadline:
 * whoever asks bounds the wait.
 */
export class Heartbeat {
  readonly #transport: EngineTransport;
  readonly #address: EngineAddress;
  #line: HeartbeatLine | undefined;
  #isSpoken = true;
  /** Connections in a row that never came to speak HTTP/2. */
  #unopened = 0;

  constructor(address: EngineAddress, transport: EngineTransport) {
    this.#address = address;
    this.#transport = transport;
  }

  /**
   * True = the daemon has answered; false = this way tells nothing (the connection broke, or the daemon does not speak it): a request tells.
   * `onRequest` is told when it takes a request, which opening the connection does.
   */
  async ask(onRequest?: () => void): Promise<boolean> {
    if (!this.#isSpoken) return false;
    // Not answered until the next question: the connection is of no use any more.
    if (this.#line?.isWaiting === true) this.#drop(this.#line);
    if (!this.#isSpoken) return false;
    if (this.#line === undefined) onRequest?.();
    const line = (this.#line ??= new HeartbeatLine(this.#connect()));
    const isAnswered = await line.ask();
    if (!isAnswered && this.#line === line) this.#drop(line);
    return isAnswered;
  }

  /** Ends the connection. The next question opens another, also where this way was not spoken before. */
  close(): void {
    this.#line?.close();
    this.#line = undefined;
    this.#isSpoken = true;
    this.#unopened = 0;
  }

  #connect(): EngineStream {
    return this.#transport.connect(this.#address);
  }

  #drop(line: HeartbeatLine): void {
    this.#unopened = line.isOpen ? 0 : this.#unopened + 1;
    this.#isSpoken = !line.isRefused && this.#unopened < unopenedMax;
    line.close();
    this.#line = undefined;
  }
}
