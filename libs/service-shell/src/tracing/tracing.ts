import type { Span, SpanStart } from './span.ts';
import { traceparentOf } from './trace-context.ts';
import type { Tracer } from './tracer.ts';

/**
 * The process' tracer, `undefined` while tracing is off. Ambient, as a span belongs to whatever work is under way: handed through every
 * function it would be in all their signatures.
 */
let tracer: Tracer | undefined;

/** Once, at the start of the process; tests end it with `undefined`. */
export function useTracer(used: Tracer | undefined): void {
  tracer = used;
}

export function isTracing(): boolean {
  return tracer !== undefined;
}

/** A request from outside: goes on with its trace, or begins one. */
export function tracedRequest<T>(
  start: SpanStart,
  traceparent: string | undefined,
  work: (span?: Span) => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work() : tracer.begin(start, traceparent, work);
}

/** A request over the bus, of another process of ours: goes on with its trace, if it has one. */
export function tracedBusRequest<T>(
  start: SpanStart,
  traceparent: string | undefined,
  work: (span?: Span) => Promise<T>,
): Promise<T> {
  return tracer === undefined ? work() : tracer.continue(start, traceparent, work);
}

/** A part of the work under way. */
export function traced<T>(start: SpanStart, work: (span?: Span) => Promise<T>): Promise<T> {
  return tracer === undefined ? work() : tracer.within(start, work);
}

/** What a request of the work under way carries; `undefined` = nothing is traced. */
export function currentTraceparent(): string | undefined {
  const current = tracer?.current;
  return current && traceparentOf(current.context);
}
