import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { plainToTlsText } from '#docker-api';
import { UsageError } from '../flags/usage-error.ts';
import { dialable } from '../listening/dialable.ts';
import type { ClientTls } from './client-tls.ts';
import { GatewayRefusal } from './gateway-refusal.ts';

const answerTimeoutMs = 30_000;

/** A gateway as DOCKER_HOST names it, and how TLS is spoken to it; on a unix socket none is. */
export type GatewayTarget = {
  readonly host: string;
  readonly tls?: ClientTls | undefined;
  /** A bearer token, where a policy wants to know who asks. */
  readonly token?: string | undefined;
};

export type GatewayAnswer = { readonly status: number; readonly body: string };

/** One request to a gateway. Rejects with a UsageError that says why there is no answer. */
export function askGateway(gateway: GatewayTarget, method: 'GET' | 'POST', path: string, body?: string): Promise<GatewayAnswer> {
  const { host, tls, token } = gateway;
  const unix = /^unix:\/\/(.+)$/.exec(host)?.[1];
  const tcp = /^(?:tcp:\/\/)?(.*):(\d+)$/.exec(host);
  if (unix === undefined && tcp === null)
    throw new UsageError(`DOCKER_HOST ${JSON.stringify(host)} is not tcp://host:port or unix:///path`);
  const target = unix === undefined ? { host: dialable(tcp?.[1] ?? ''), port: Number(tcp?.[2]) } : { socketPath: unix };
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const options = { ...target, method, path, headers, timeout: answerTimeoutMs };
    const onAnswer = (response: IncomingMessage) => collect(response, host, resolve, reject);
    const isTls = tls !== undefined && unix === undefined;
    const request = isTls ? httpsRequest({ ...options, ...tls }, onAnswer) : httpRequest(options, onAnswer);
    request.on('timeout', () =>
      request.destroy(new Error(`the gateway at ${host} did not answer within ${answerTimeoutMs / 1_000} s`)),
    );
    request.on('error', (error) => reject(whyNoAnswer(host, error, isTls)));
    request.end(body);
  });
}

function whyNoAnswer(host: string, error: NodeJS.ErrnoException, isTls: boolean): UsageError {
  // The network's own failures name a system call, those of TLS do not.
  if (isTls && error.syscall === undefined)
    return new GatewayRefusal(
      `TLS with the gateway at ${host} failed: ${error.message}. Give its CA and a client certificate that it takes: --tlscacert, --tlscert, --tlskey, or a folder with ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH`,
    );
  return new UsageError(`cannot reach the gateway at ${host}: ${error.message}. Is it running? Name it with -H`);
}

function collect(
  response: IncomingMessage,
  host: string,
  resolve: (answer: GatewayAnswer) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', reject);
  response.on('end', () => {
    const body = Buffer.concat(chunks).toString('utf8');
    if (response.statusCode === 400 && body.startsWith(plainToTlsText))
      reject(
        new GatewayRefusal(
          `the gateway at ${host} speaks TLS: give --tlsverify, or set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH`,
        ),
      );
    else resolve({ status: response.statusCode ?? 0, body });
  });
}
