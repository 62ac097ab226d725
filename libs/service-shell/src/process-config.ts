import { z } from 'zod';
import { plainToken } from '#contracts';

/** What every process of Baleen is told. Apps extend the shape with their own keys. */
export const processConfigShape = {
  nats: z.string().min(1).default('nats://127.0.0.1:4222').describe('URL of the NATS server (or several, comma-separated)'),
  natsCredsFile: z
    .string()
    .default('')
    .describe(
      'File with the NATS credentials of this process (baleen nats-keys, baleen join-token); read anew at each connection',
    ),
  natsCaFile: z
    .string()
    .default('')
    .describe('CAs of the NATS servers, PEM; demands TLS. tls:// in the URL alone: the system’s CAs'),
  cluster: z
    .string()
    .regex(plainToken, 'only letters, digits, - and _')
    .default('default')
    .describe('Name of the fleet; fleets on one NATS do not see each other'),
  natsStorage: z
    .enum(['memory', 'file'])
    .default('file')
    .describe('Storage of the stream when this process is the first to make it'),
  natsReplicas: z.coerce
    .number()
    .int()
    .min(1)
    .max(5)
    .default(1)
    .describe('Replicas of the stream when this process is the first to make it'),
  logLevel: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .default('info')
    .describe('Least severe log lines to write'),
  logFormat: z.enum(['json', 'pretty']).default('json').describe('Log lines as JSON, or readable by people'),
  healthPort: z.coerce.number().int().min(0).max(65_535).default(0).describe('Port of GET /healthz and GET /metrics; 0 = none'),
  otlpEndpoint: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL, such as http://127.0.0.1:4318' })
    .optional()
    .describe('Collector that traces are sent to, OTLP over HTTP: http://host:4318; empty = no tracing'),
  traceRatio: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('Part of the requests that are traced, 0 to 1; those that bring a traceparent header go by it'),
  healthHost: z.string().default('127.0.0.1').describe('Address that GET /healthz listens on'),
} as const;

export const ProcessConfig = z.object(processConfigShape);
export type ProcessConfig = z.infer<typeof ProcessConfig>;
