import type { EndedSpan, SpanAttributes, SpanKind } from './span.ts';

/** As OTLP numbers them. */
const kinds: Readonly<Record<SpanKind, number>> = { server: 2, client: 3 };
const statusError = 2;
const nsPerMs = 1e6;

/** The body of an export: OTLP 1, JSON (opentelemetry.io/docs/specs/otlp). `resource`: of the process. */
export function otlpBody(resource: SpanAttributes, spans: readonly EndedSpan[]): string {
  const scopeSpans = [{ scope: { name: 'baleen' }, spans: spans.map(otlpSpan) }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes: otlpAttributes(resource) }, scopeSpans }] });
}

function otlpSpan({ context, parentSpanId, name, kind, startMs, endMs, attributes, failure }: EndedSpan): object {
  return {
    ...context,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind: kinds[kind],
    startTimeUnixNano: nanoseconds(startMs),
    endTimeUnixNano: nanoseconds(endMs),
    attributes: otlpAttributes(attributes),
    status: failure === undefined ? {} : { code: statusError, message: failure },
  };
}

function otlpAttributes(attributes: SpanAttributes): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { doubleValue: value },
  }));
}

/** As digits: a number would round them. */
function nanoseconds(ms: number): string {
  const whole = Math.floor(ms);
  return String(BigInt(whole) * BigInt(nsPerMs) + BigInt(Math.round((ms - whole) * nsPerMs)));
}
