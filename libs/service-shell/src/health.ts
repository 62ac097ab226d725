import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigError } from './config.ts';
import { type MetricFamily, metricsContentType, metricsText } from './metrics-text.ts';
import { processMetrics } from './process-metrics.ts';

/** `undefined` = well; otherwise why not. */
export type HealthCheck = () => string | undefined;

/** What a service tells beside its process; read at each scrape. */
export type MetricsSource = () => readonly MetricFamily[];

/**
 * `GET /healthz`: 200 `{"status":"ok"}` or 503 with the reason. `GET /metrics`: the process and what `metrics` gives, for Prometheus. Anything else is 404.
 * Resolves once it listens, with the port; rejects with ConfigError when it cannot.
 */
export async function serveHealth(
  host: string,
  port: number,
  check: HealthCheck,
  metrics?: MetricsSource,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/metrics') {
      const families = [...processMetrics(), ...(metrics?.() ?? [])];
      response.writeHead(200, { 'content-type': metricsContentType }).end(metricsText(families));
      return;
    }
    if (request.method !== 'GET' || request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    const reason = check();
    response.writeHead(reason === undefined ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reason === undefined ? { status: 'ok' } : { status: 'failing', reason }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) =>
      reject(new ConfigError([`BALEEN_HEALTH_PORT: ${message}: set another port or BALEEN_HEALTH_HOST; port 0 = none`])),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
