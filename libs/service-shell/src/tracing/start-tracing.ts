import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { ProcessConfig } from '../process-config.ts';
import type { Randomness } from '../randomness.ts';
import { SpanExporter } from './span-exporter.ts';
import { Tracer } from './tracer.ts';
import { useTracer } from './tracing.ts';

export type TracingParts = {
  readonly app: string;
  readonly instance: string;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly logger: Logger;
};

/** Turns tracing on where the configuration names a collector; `close` sends what is left. */
export function startTracing(
  { otlpEndpoint, traceRatio, cluster }: Pick<ProcessConfig, 'otlpEndpoint' | 'traceRatio' | 'cluster'>,
  { app, instance, clock, randomness, logger }: TracingParts,
): { close(): Promise<void> } | undefined {
  if (otlpEndpoint === undefined) return undefined;
  const resource = {
    'service.namespace': 'baleen',
    'service.name': app,
    'service.instance.id': instance,
    'baleen.cluster': cluster,
  };
  const exporter = new SpanExporter({ endpoint: otlpEndpoint, resource, clock, logger });
  useTracer(new Tracer({ clock, randomness, ratio: traceRatio, onEnded: (span) => exporter.add(span) }));
  return exporter;
}
