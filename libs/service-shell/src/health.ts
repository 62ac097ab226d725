import { createServer } from 'node:http';

/** `undefined` = well; otherwise why not. */
export type HealthCheck = () => string | undefined;

/**
 * `GET /healthz`: 200 `{"status":"ok"}` or 503 with the reason; anything else is 404.
 * Resolves once it listens; rejects when the port is taken.
 */
export async function serveHealth(host: string, port: number, check: HealthCheck): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/healthz') {
      response.writeHead(404).end();
      return;
    }
    const reason = check();
    response.writeHead(reason === undefined ? 200 : 503, { 'content-type': 'application/json' });
    response.end(JSON.stringify(reason === undefined ? { status: 'ok' } : { status: 'failing', reason }));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
