import { BaleenError, type EngineAnswer } from '#contracts';
import {
  EngineClient,
  type EngineTransport,
  Heartbeat,
  JsonSplitter,
  plainToTls,
  readIdentity,
  refuseManager,
  showEngineAddress,
} from '#docker-api';
import { type Clock, within } from '#service-shell';
import type { EngineReader } from '../inventory/engine-reader.ts';
import { askAgain } from './ask-again.ts';
import { DockerReader } from './docker-reader.ts';
import type { EngineCallRequest, EngineConnection, EventStream } from './engine-connection.ts';

/**
 * More than commands, refreshes, inspections and lists (all bounded) ever make at once, and the event stream beside them: many slow calls cannot
 * make a living daemon look silent by keeping a probe waiting.
 */
const connectionsMax = 128;
/** An engine that was cut off is heard within this after it is back; a heartbeat that is not answered by then is followed by a request. */
const pingAgainMs = 1_000;
/** `/info` of a busy daemon takes seconds. */
const identifyTimeoutMs = 10_000;
const eventsTimeoutMs = 5_000;

/** Headers that belong to one connection, not to the answer. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);

/** One daemon over the Docker API. */
export class DockerConnection implements EngineConnection {
  readonly reader: EngineReader;
  readonly #client: EngineClient;
  readonly #heartbeat: Heartbeat;
  readonly #clock: Clock;

  constructor(address: string, transport: EngineTransport, clock: Clock) {
    this.#client = new EngineClient({ address, transport, connections: connectionsMax });
    this.#heartbeat = new Heartbeat(this.#client.address, transport);
    this.#clock = clock;
    this.reader = new DockerReader(this.#client);
  }

  async ping(timeoutMs: number): Promise<void> {
    const asksMax = Math.ceil(timeoutMs / pingAgainMs);
    const { status, headers, body } = await askAgain(this.#clock, { everyMs: pingAgainMs, asksMax }, (signal) =>
      this.#client.request({ method: 'GET', path: '/_ping', timeoutMs, signal }),
    );
    const shown = showEngineAddress(this.#client.address);
    // Before anything else is asked: a gateway that lists itself would wait for its own answer.
    refuseManager(shown, headers['server'] ?? '');
    if (status === 200) return;
    throw plainToTls(shown, status, body.toString('utf8')) ?? this.#refused(`/_ping was answered with status ${status}`);
  }

  /** A heartbeat that tells nothing is no failure: the request that follows it tells, within the same time. */
  async probe(timeoutMs: number, onRequest?: () => void): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    const heard = this.#heartbeat.ask(onRequest);
    const isSettled = await within(this.#clock, Math.min(pingAgainMs, timeoutMs), heard);
    if (isSettled && (await heard)) return;
    // Whole, as signals take it.
    const leftMs = Math.max(1, Math.ceil(timeoutMs - (this.#clock.monotonicMs() - startedMs)));
    onRequest?.();
    await firstOf(heard, this.ping(leftMs));
  }

  identify() {
    return readIdentity(this.#client, () => this.#clock.nowMs(), identifyTimeoutMs);
  }

  async openEvents({ sinceNs, onOpened, onLine }: EventStream, signal: AbortSignal): Promise<{ ended: Promise<string> }> {
    const path = sinceNs === undefined ? '/events' : `/events?since=${engineTime(sinceNs)}`;
    // Each link finds out anew what its daemon speaks.
    this.#heartbeat.close();
    signal.addEventListener('abort', () => this.#heartbeat.close(), { once: true });
    const { status, headers, body } = await this.#client.stream({ method: 'GET', path, timeoutMs: eventsTimeoutMs, signal });
    if (status !== 200) {
      body.destroy();
      throw this.#refused(`${path} was answered with status ${status}`);
    }
    onOpened?.(clockIn(headers));
    const splitter = new JsonSplitter();
    const cut = (chunk: Buffer) => {
      try {
        return splitter.push(chunk);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        // Thrown on, it would end the process, which watches other engines too.
        body.destroy(error);
        return [];
      }
    };
    const ended = new Promise<string>((resolve) => {
      body.on('data', (chunk: Buffer) => {
        for (const line of cut(chunk)) onLine(line);
      });
      body.on('error', (error) => resolve(error.message));
      body.on('close', () => resolve('the daemon closed the event stream'));
    });
    return { ended };
  }

  async call(request: EngineCallRequest): Promise<EngineAnswer> {
    const { method, path, apiVersion, headers, timeoutMs } = request;
    // An empty body is sent as one, so that daemons that insist on a length get it.
    const body = request.body === '' && method === 'GET' ? {} : { body: request.body };
    const answer = await this.#client.request({ method, path, apiVersion, headers, timeoutMs, ...body });
    const kept = Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name));
    return { status: answer.status, headers: Object.fromEntries(kept), body: answer.body.toString('utf8') };
  }

  async close(): Promise<void> {
    this.#heartbeat.close();
    await this.#client.close();
  }

  #refused(what: string): BaleenError {
    return new BaleenError('engine/bad-answer', `${showEngineAddress(this.#client.address)}: ${what}`);
  }
}

/** Settles like the request, or earlier when the heartbeat is heard after all. */
function firstOf(heard: Promise<boolean>, request: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    request.then(resolve, reject);
    void heard.then((isHeard) => isHeard && resolve());
  });
}

const nsPerSecond = 1_000_000_000n;

/** `seconds.nanoseconds`, as daemons take times. */
function engineTime(ns: bigint): string {
  return `${ns / nsPerSecond}.${String(ns % nsPerSecond).padStart(9, '0')}`;
}

/** The daemon's clock when it answered. */
function clockIn(headers: Readonly<Record<string, string>>): bigint | undefined {
  const ms = Date.parse(headers['date'] ?? '');
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n;
}
