import { Agent, type Dispatcher, request } from 'undici';
import { BaleenError } from '#contracts';
import type { TlsMaterial } from './store-tls.ts';

export type StoreCall = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Until the answer's head is there, ms; default 3 s. Longer for calls that wait at the server. */
  readonly headTimeoutMs?: number;
};

export type StoreAnswer = {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly text: string;
};

/** As classic's client waited. */
const answerTimeoutMs = 3_000;
/** 100,000 entries of 512 characters, spelled in base64 with their keys. */
const answerMaxBytes = 256 * 1024 * 1024;

/**
 * HTTP to a store of one or several servers: the one that answered last is asked first, the others when it does not answer or says
 * that it cannot (5xx). Rejects with discovery/unavailable that names store and server.
 */
export class StoreHttp {
  readonly #name: string;
  readonly #origins: readonly string[];
  readonly #agent: Agent;
  #first = 0;

  /** `origins`: `http://host:port` each. */
  constructor(name: string, origins: readonly string[], tls: TlsMaterial = {}) {
    this.#name = name;
    this.#origins = origins;
    this.#agent = new Agent({ connect: { ...tls, timeout: answerTimeoutMs } });
  }

  /** A whole answer, of any status below 500. */
  async call(call: StoreCall): Promise<StoreAnswer> {
    return await this.#onAnyServer(call, answerTimeoutMs, async (answer) => ({
      status: answer.statusCode,
      header: (name) => single(answer.headers[name]),
      text: await wholeText(answer.body),
    }));
  }

  /** The lines of an answer as they come, until it ends or the signal aborts. */
  async *lines(call: StoreCall): AsyncGenerator<string> {
    // A watch may be silent for days; that it is alive is found by reading the list each heartbeat.
    const answer = await this.#onAnyServer(call, 0, async (head) => head);
    try {
      if (answer.statusCode !== 200) throw this.failure(`${answer.statusCode} ${await wholeText(answer.body)}`);
      yield* linesOf(answer.body as AsyncIterable<Buffer>);
    } catch (error) {
      throw error instanceof BaleenError ? error : this.failure(reasonOf(error), error);
    }
  }

  failure(reason: string, cause?: unknown): BaleenError {
    return new BaleenError('discovery/unavailable', `${this.#name}: ${reason}`, { cause });
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #onAnyServer<T>(
    call: StoreCall,
    bodyTimeoutMs: number,
    use: (answer: Dispatcher.ResponseData) => Promise<T>,
  ): Promise<T> {
    let failure = this.failure('no server was asked');
    for (let tried = 0; tried < this.#origins.length; tried++) {
      const index = (this.#first + tried) % this.#origins.length;
      const origin = this.#origins[index] ?? '';
      try {
        const answer = await this.#send(origin, call, bodyTimeoutMs);
        if (answer.statusCode < 500) {
          const used = await use(answer);
          this.#first = index;
          return used;
        }
        failure = this.failure(`${origin} answered ${answer.statusCode} ${(await wholeText(answer.body)).slice(0, 200)}`);
      } catch (error) {
        failure = this.failure(`${origin}: ${reasonOf(error)}`, error);
        if (call.signal?.aborted) throw failure;
      }
    }
    throw failure;
  }

  #send(origin: string, call: StoreCall, bodyTimeoutMs: number): Promise<Dispatcher.ResponseData> {
    const { method, path, body, contentType, signal, headTimeoutMs } = call;
    return request(`${origin}${path}`, {
      dispatcher: this.#agent,
      method,
      body: body ?? null,
      headers: body === undefined ? {} : { 'content-type': contentType ?? 'application/json' },
      headersTimeout: headTimeoutMs ?? answerTimeoutMs,
      bodyTimeout: bodyTimeoutMs,
      ...(signal !== undefined && { signal }),
    });
  }
}

async function wholeText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > answerMaxBytes) throw new Error(`the answer is larger than ${answerMaxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString('utf8');
}

async function* linesOf(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (rest.length > answerMaxBytes) throw new Error(`a line is larger than ${answerMaxBytes} bytes`);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end + 1);
    }
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Node puts the reasons of several connection attempts into an AggregateError without a message. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
