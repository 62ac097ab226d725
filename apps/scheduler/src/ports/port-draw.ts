import type { PortSpan } from '#contracts';

/**
 * The first free port of a span, looked for from `start` on and then from its beginning; `undefined` = none is free. Outside the span,
 * `start` is its first port.
 */
export function drawPort({ from, to }: PortSpan, start: number, isFree: (port: number) => boolean): number | undefined {
  const count = to - from + 1;
  const offset = start >= from && start <= to ? start - from : 0;
  for (let step = 0; step < count; step++) {
    const port = from + ((offset + step) % count);
    if (isFree(port)) return port;
  }
  return undefined;
}
