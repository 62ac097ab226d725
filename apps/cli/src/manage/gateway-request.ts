import { request as httpRequest, type IncomingMessage } from 'node:http';
import { UsageError } from '../flags/usage-error.ts';
import { dialable } from './dialable.ts';

const answerTimeoutMs = 30_000;

/** One request to the gateway that DOCKER_HOST names. Resolves with status and body text. */
export function askGateway(
  host: string,
  method: 'GET' | 'POST',
  path: string,
  body?: string,
): Promise<{ status: number; body: string }> {
  const unix = /^unix:\/\/(.+)$/.exec(host)?.[1];
  const tcp = /^(?:tcp:\/\/)?(.*):(\d+)$/.exec(host);
  if (unix === undefined && tcp === null)
    throw new UsageError(`DOCKER_HOST ${JSON.stringify(host)} is not tcp://host:port or unix:///path`);
  const target = unix === undefined ? { host: dialable(tcp?.[1] ?? ''), port: Number(tcp?.[2]) } : { socketPath: unix };
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const request = httpRequest({ ...target, method, path, headers, timeout: answerTimeoutMs }, (response) =>
      collect(response, resolve, reject),
    );
    request.on('timeout', () =>
      request.destroy(new Error(`the gateway at ${host} did not answer within ${answerTimeoutMs / 1_000} s`)),
    );
    request.on('error', (error) =>
      reject(new UsageError(`cannot reach the gateway at ${host}: ${error.message}. Is it running? Name it with -H`)),
    );
    request.end(body);
  });
}

function collect(
  response: IncomingMessage,
  resolve: (answer: { status: number; body: string }) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', reject);
  response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
}
