/** Where in a trace something happens, as W3C Trace Context has it. Only sampled traces are known here. */
export type TraceContext = {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
};

/** Of HTTP requests and of requests on the bus. */
export const traceparentHeader = 'traceparent';

const form = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/;
const sampledFlag = 1;

/** `unsampled`: whoever asks traces, but not this; `undefined`: there is no header that can be read. */
export function parseTraceparent(text: string | undefined): TraceContext | 'unsampled' | undefined {
  const [, traceId, spanId, flags] = form.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return (Number.parseInt(flags, 16) & sampledFlag) === 0 ? 'unsampled' : { traceId, spanId };
}

export function traceparentOf({ traceId, spanId }: TraceContext): string {
  return `00-${traceId}-${spanId}-01`;
}
