import { type ClusterBus, callEngine } from '#cluster-bus';
import { BaleenError, type EngineAnswer, type EngineReply, type EngineRequest } from '#contracts';
import { normaliseImage } from '#docker-api';

/** A create may copy image content into volumes; the caller looks again later when it takes longer. */
const createTimeoutMs = 60_000;
/** Start, rename, connect: quick on every engine; a stop waits for the container's own grace first. */
const callTimeoutMs = 30_000;
/** A pull of a large image on a slow line. */
const pullTimeoutMs = 10 * 60_000;
/** What the way to the monitor and its refresh add to the daemon's time. */
const marginMs = 10_000;

/** An answer in the 200s, or 304: it is so already. */
export function isDone(answer: EngineAnswer): boolean {
  return (answer.status >= 200 && answer.status < 300) || answer.status === 304;
}

/** Mutations of engines under a term: an engine that has heard of a newer leader refuses them. */
export class EngineHands {
  readonly #bus: ClusterBus;
  readonly #term: number;

  constructor(bus: ClusterBus, term: number) {
    this.#bus = bus;
    this.#term = term;
  }

  create(engine: string, request: Omit<EngineRequest<'create'>, 'term'>): Promise<EngineReply<'create'>> {
    return callEngine(this.#bus, engine, 'create', { ...request, term: this.#term }, { timeoutMs: createTimeoutMs });
  }

  /** Resolves with the daemon's answer, whatever its status. */
  async post(engine: string, path: string, container: string, body?: object): Promise<EngineAnswer> {
    return this.#call(engine, path, { containers: [container] }, callTimeoutMs, body);
  }

  /** Like `post`, but a refusal of the daemon rejects with request/conflict. */
  async demand(engine: string, path: string, container: string, body?: object): Promise<void> {
    const answer = await this.post(engine, path, container, body);
    if (isDone(answer)) return;
    throw new BaleenError('request/conflict', `the engine refused ${path}: ${answer.status} ${answer.body}`, {
      details: { engine },
    });
  }

  /** Resolves with the daemon's answer, whatever its status. */
  createNetwork(engine: string, body: object): Promise<EngineAnswer> {
    return this.#call(engine, '/networks/create', { networks: true }, callTimeoutMs, body);
  }

  /** The stream's last line may still be a failure: whoever pulls tries the create again and sees. */
  async pull(engine: string, image: string): Promise<void> {
    // In full, tag included: without one the daemon would pull every tag there is.
    const query = new URLSearchParams({ fromImage: normaliseImage(image) });
    await this.#call(engine, `/images/create?${query}`, { images: true }, pullTimeoutMs);
  }

  async #call(
    engine: string,
    path: string,
    touched: EngineRequest<'call'>['touched'],
    timeoutMs: number,
    body?: object,
  ): Promise<EngineAnswer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = { method: 'POST', path, apiVersion: '', headers, body: body === undefined ? '' : JSON.stringify(body) };
    const reply = await callEngine(
      this.#bus,
      engine,
      'call',
      { ...request, touched, timeoutMs, term: this.#term },
      { timeoutMs: timeoutMs + marginMs },
    );
    return reply.answer;
  }
}
