import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { otlpBody } from './otlp-body.ts';
import type { EndedSpan, SpanAttributes } from './span.ts';

/** Spans that wait: 20 s of a busy gateway's. More are dropped, for tracing never costs what it traces. */
const queueMax = 20_000;
/** In one request: about 200 kB. */
const batchMax = 512;
const exportIntervalMs = 1_000;
const exportTimeoutMs = 5_000;
/** Between lines of a collector that does not answer. */
const complaintIntervalMs = 60_000;

export type SpanExporterParts = {
  /** `http://collector:4318`; `/v1/traces` is added. */
  readonly endpoint: string;
  /** Of the process: `service.name` and the like. */
  readonly resource: SpanAttributes;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Sends ended spans to a collector, in batches, one request at a time. What cannot be sent is dropped and counted, never sent twice. */
export class SpanExporter {
  readonly #parts: SpanExporterParts;
  #queue: EndedSpan[] = [];
  #dropped = 0;
  #quietUntilMs = 0;
  #sending: Promise<void> | undefined;
  #cancel: () => void = () => undefined;

  constructor(parts: SpanExporterParts) {
    this.#parts = parts;
  }

  add(span: EndedSpan): void {
    if (this.#queue.length >= queueMax) {
      this.#dropped += 1;
      this.#complain(new Error('the queue of spans is full'));
      return;
    }
    if (this.#queue.push(span) === 1) this.#later();
    if (this.#queue.length >= batchMax) this.#send();
  }

  /** Sends what there is, once. */
  async close(): Promise<void> {
    // One export may begin the next.
    while (this.#sending !== undefined) await this.#sending;
    this.#cancel();
    while (this.#queue.length > 0) await this.#export(this.#queue.splice(0, batchMax));
  }

  #later(): void {
    this.#cancel();
    this.#cancel = this.#parts.clock.after(exportIntervalMs, () => this.#send());
  }

  #send(): void {
    if (this.#sending !== undefined) return;
    this.#cancel();
    this.#sending = this.#export(this.#queue.splice(0, batchMax)).finally(() => {
      this.#sending = undefined;
      if (this.#queue.length >= batchMax) this.#send();
      else if (this.#queue.length > 0) this.#later();
    });
  }

  async #export(spans: readonly EndedSpan[]): Promise<void> {
    const { endpoint, resource } = this.#parts;
    try {
      const answer = await fetch(`${endpoint.replace(/\/+$/, '')}/v1/traces`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: otlpBody(resource, spans),
        signal: AbortSignal.timeout(exportTimeoutMs),
      });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`the collector answered ${answer.status}`);
    } catch (error) {
      this.#dropped += spans.length;
      this.#complain(error);
    }
  }

  #complain(err: unknown): void {
    const { clock, logger, endpoint } = this.#parts;
    const nowMs = clock.monotonicMs();
    if (nowMs < this.#quietUntilMs) return;
    this.#quietUntilMs = nowMs + complaintIntervalMs;
    logger.warn({ err, endpoint, dropped: this.#dropped }, 'spans cannot be sent: check BALEEN_OTLP_ENDPOINT and the collector');
    this.#dropped = 0;
  }
}
