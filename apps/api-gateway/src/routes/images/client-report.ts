import { once } from 'node:events';
import { BaleenError } from '#contracts';
import type { FleetEngine } from '../../fleet-view/fleet-engine.ts';
import type { Exchange } from '../../http/exchange.ts';
import { NodeRow, type Words } from './node-row.ts';
import type { Failure, OnProgress, Progress } from './progress.ts';

/** Work on one engine: as `reportOf`. */
export type Work = (engine: FleetEngine, onProgress: OnProgress) => Promise<Failure | undefined>;

/** A report's closing lines: names and digests of what was pulled or loaded. Beyond it they are told as they come. */
const closingLinesMax = 1_024;

/**
 * Has all these engines work at once and reports to the client as one daemon would. One engine's lines pass as they came; of several
 * each has one row, and what they say alike is said once. It is a failure only when it failed on all: then with the first one's
 * status and message, in an error line when something was told before or the daemon itself told of it so. Else the nodes that failed
 * are named in their rows.
 */
export async function reportToClient(
  exchange: Exchange,
  engines: readonly FleetEngine[],
  words: Words,
  work: Work,
): Promise<void> {
  const report = new ClientReport(exchange);
  const [lone] = engines;
  if (lone === undefined) throw new BaleenError('placement/no-engine', 'no healthy engine for the image');
  const failures =
    engines.length === 1
      ? [await attempt(() => work(lone, (_line, raw) => report.write(raw)))]
      : await Promise.all(engines.map((engine) => onOneOfMany(report, engine, words, work)));
  const failed = failures.filter((failure) => failure !== undefined);
  const [first] = failed;
  if (first === undefined || failed.length < engines.length) return report.end();
  if (!report.hasBegun && first.status !== 200) return exchange.respond(first.status, { message: first.message });
  await report.fail(first.message);
}

async function onOneOfMany(report: ClientReport, engine: FleetEngine, words: Words, work: Work): Promise<Failure | undefined> {
  const row = new NodeRow(engine.name, words);
  const onProgress = async (line: Progress) => {
    if (line.id === undefined) return report.writeAtEnd(line);
    if (line.status?.startsWith('Pulling from ')) return report.writeOnce(line);
    const changed = row.after(line);
    if (changed !== undefined) await report.write(changed);
  };
  const failure = await attempt(() => work(engine, onProgress));
  if (failure !== undefined) await report.writeFailure(row.failed(failure.message));
  else if (row.isShown) await report.write(row.end());
  return failure;
}

/** The one answer that several engines' lines go into. */
class ClientReport {
  readonly #exchange: Exchange;
  readonly #said = new Set<string>();
  readonly #closing: Progress[] = [];
  #failures: Progress[] = [];
  /** One wait for all engines: each would hear the answer for itself. */
  #drained: Promise<unknown> | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get hasBegun(): boolean {
    return this.#exchange.response.headersSent;
  }

  async write(line: Progress | Buffer): Promise<void> {
    if (!this.hasBegun) this.#exchange.stream(200);
    const failures = this.#failures;
    this.#failures = [];
    for (const failed of failures) await this.#send(Buffer.from(JSON.stringify(failed)));
    await this.#send(Buffer.isBuffer(line) ? line : Buffer.from(JSON.stringify(line)));
  }

  /** Waits for the next line: should all fail before any line, the answer is a refusal. */
  async writeFailure(line: Progress): Promise<void> {
    if (this.hasBegun) await this.write(line);
    else this.#failures.push(line);
  }

  async writeOnce(line: Progress): Promise<void> {
    if (this.#isNew(line)) await this.write(line);
  }

  /** Rows keep their place only while no line without a row comes between them. */
  async writeAtEnd(line: Progress): Promise<void> {
    if (this.#closing.length >= closingLinesMax) return this.writeOnce(line);
    if (this.#isNew(line)) this.#closing.push(line);
  }

  /** Ends with the error line; who failed where is no news when all did. */
  async fail(message: string): Promise<void> {
    if (!this.hasBegun) this.#failures = [];
    await this.write({ errorDetail: { message }, error: message });
    await this.end();
  }

  async end(): Promise<void> {
    if (!this.hasBegun) this.#exchange.stream(200);
    for (const line of [...this.#failures, ...this.#closing]) await this.#send(Buffer.from(JSON.stringify(line)));
    this.#exchange.response.end();
  }

  async #send(bytes: Buffer): Promise<void> {
    const { response, signal } = this.#exchange;
    if (response.destroyed) return;
    if (response.write(Buffer.concat([bytes, newline]))) return;
    this.#drained ??= once(response, 'drain', { signal }).finally(() => {
      this.#drained = undefined;
    });
    await this.#drained;
  }

  #isNew(line: Progress): boolean {
    const text = JSON.stringify(line);
    if (this.#said.has(text)) return false;
    if (this.#said.size < closingLinesMax) this.#said.add(text);
    return true;
  }
}

const newline = Buffer.from('\r\n');

async function attempt(work: () => Promise<Failure | undefined>): Promise<Failure | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BaleenError) return { status: error.status, message: error.message };
    throw error;
  }
}
