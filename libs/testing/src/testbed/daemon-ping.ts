import { get } from 'node:http';

const pingTimeoutMs = 1_000;

export type DaemonEndpoint = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** True when a daemon answers there within a second. */
export function answersPing(endpoint: DaemonEndpoint): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { ...endpoint, path: '/_ping', agent: false, signal: AbortSignal.timeout(pingTimeoutMs) };
    const request = get(options, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
    });
    request.once('error', () => resolve(false));
  });
}
