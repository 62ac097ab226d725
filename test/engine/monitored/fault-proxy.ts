import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What befalls the requests of a path: they reach the daemon only after that time, or only once the fault is gone. */
export type Fault = { readonly afterMs: number } | 'hangs';

/** A second address of a real engine on loopback, at which requests of chosen paths (`/info`) go wrong. */
export class FaultProxy {
  readonly address: string;
  readonly #server: Server;
  readonly #faults = new Map<string, { readonly fault: Fault; readonly gone: PromiseWithResolvers<void> }>();

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [host = '', port = ''] = target.split(':');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.#pass(request, response, { host, port: Number(port) });
    });
  }

  static async open(target: string): Promise<FaultProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultProxy(server, target);
  }

  fail(path: string, fault: Fault): void {
    this.#faults.set(path, { fault, gone: Promise.withResolvers<void>() });
  }

  /** What hung goes on. */
  heal(path: string): void {
    this.#faults.get(path)?.gone.resolve();
    this.#faults.delete(path);
  }

  /** Nothing listens there any more. */
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #pass(request: IncomingMessage, response: ServerResponse, target: { host: string; port: number }): Promise<void> {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
    const found = this.#faults.get(path);
    if (found?.fault === 'hangs') await found.gone.promise;
    else if (found !== undefined) await Promise.race([sleep(found.fault.afterMs), found.gone.promise]);
    if (response.destroyed) return;
    const { method, url, headers } = request;
    const outgoing = httpRequest({ ...target, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      response.flushHeaders();
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    request.pipe(outgoing);
  }
}
