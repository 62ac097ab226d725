import type { TraceContext } from './trace-context.ts';

export type SpanKind = 'server' | 'client';
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** What began. Names and attributes are few and public: operations, keys of engines, statuses; never what a user typed. */
export type SpanStart = {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: SpanAttributes;
};

/** A span that has ended. Times are wall clock, ms since 1970, with fractions. */
export type EndedSpan = SpanStart & {
  readonly context: TraceContext;
  readonly parentSpanId: string | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  /** The failure's code, or its class: its text may hold what must not be told. */
  readonly failure: string | undefined;
};

/** A span that lasts: whatever its work asks of others belongs below it. */
export class Span {
  readonly context: TraceContext;
  readonly parentSpanId: string | undefined;
  readonly #attributes: Record<string, string | number>;
  /** Timers and shared work that outlive it begin nothing below it. */
  hasEnded = false;

  constructor(context: TraceContext, parentSpanId: string | undefined, start: SpanStart) {
    this.context = context;
    this.parentSpanId = parentSpanId;
    this.#attributes = { ...start.attributes };
  }

  set(name: string, value: string | number): void {
    this.#attributes[name] = value;
  }

  get attributes(): SpanAttributes {
    return this.#attributes;
  }
}
