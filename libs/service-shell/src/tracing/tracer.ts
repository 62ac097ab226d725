import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { type EndedSpan, Span, type SpanStart } from './span.ts';
import { parseTraceparent, type TraceContext } from './trace-context.ts';

export type TracerParts = {
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** Part of the requests that begin a trace here, 0 to 1; those that come with a trace go by their sender. */
  readonly ratio: number;
  /** Takes ended spans; must not throw. */
  readonly onEnded: (span: EndedSpan) => void;
};

const traceIdBytes = 16;
const spanIdBytes = 8;

/** Makes spans of the work of one process. */
export class Tracer {
  readonly #parts: TracerParts;
  readonly #current = new AsyncLocalStorage<Span>();

  constructor(parts: TracerParts) {
    this.#parts = parts;
  }

  /** The span of the work under way. */
  get current(): Span | undefined {
    const span = this.#current.getStore();
    return span === undefined || span.hasEnded ? undefined : span;
  }

  /** Runs the work as part of the trace that its request came with; without one it begins a trace, by chance. */
  begin<T>(start: SpanStart, traceparent: string | undefined, work: (span?: Span) => Promise<T>): Promise<T> {
    const given = parseTraceparent(traceparent);
    if (given === 'unsampled') return work();
    if (given === undefined && this.#parts.randomness.fraction() >= this.#parts.ratio) return work();
    return this.#run(start, given, work);
  }

  /** Runs the work as part of the trace that its request came with, if any. */
  continue<T>(start: SpanStart, traceparent: string | undefined, work: (span?: Span) => Promise<T>): Promise<T> {
    const given = parseTraceparent(traceparent);
    return given === undefined || given === 'unsampled' ? work() : this.#run(start, given, work);
  }

  /** Runs the work as part of the work under way, if that is traced. */
  within<T>(start: SpanStart, work: (span?: Span) => Promise<T>): Promise<T> {
    const { current } = this;
    return current === undefined ? work() : this.#run(start, current.context, work);
  }

  async #run<T>(start: SpanStart, parent: TraceContext | undefined, work: (span: Span) => Promise<T>): Promise<T> {
    const { clock, randomness, onEnded } = this.#parts;
    const traceId = parent?.traceId ?? randomness.hex(traceIdBytes);
    const span = new Span({ traceId, spanId: randomness.hex(spanIdBytes) }, parent?.spanId, start);
    const [startMs, beganMs] = [clock.nowMs(), clock.monotonicMs()];
    const end = (failure: string | undefined) => {
      span.hasEnded = true;
      const { context, parentSpanId, attributes } = span;
      onEnded({ ...start, context, parentSpanId, attributes, startMs, endMs: startMs + clock.monotonicMs() - beganMs, failure });
    };
    try {
      const result = await this.#current.run(span, () => work(span));
      end(undefined);
      return result;
    } catch (error) {
      end(failureOf(error));
      throw error;
    }
  }
}

function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
