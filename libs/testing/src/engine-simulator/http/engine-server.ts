import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { DaemonRefusal } from '../model/daemon-refusal.ts';
import { type Call, readCall, versionRefusal } from './call.ts';
import { headFields, pageNotFound, refusal, send } from './reply.ts';
import type { Route, Routes, Served } from './route.ts';

const host = '127.0.0.1';
/** Of JSON bodies; archives are streams. */
const bodyMaxBytes = 16 * 1024 * 1024;
const backlog = 512;

export type EngineServerParts = {
  readonly served: Served;
  readonly routes: Routes;
  readonly faults: FaultPlan;
  /** Told of every request before anything becomes of it. */
  readonly onRequest: (route: string) => void;
};

/** The listener of one simulated engine. */
export class EngineServer {
  readonly #parts: EngineServerParts;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port: number;

  private constructor(parts: EngineServerParts, port: number) {
    this.#parts = parts;
    this.#port = port;
    this.#server = createServer({ noDelay: true, keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, keepAlive: false });
    this.#server.on('request', (request, response) => this.#onRequest(request, response));
    this.#server.on('upgrade', (request, socket, early) => this.#onUpgrade(request, socket, early));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Port 0 = a free one. */
  static async open(parts: EngineServerParts, port: number): Promise<EngineServer> {
    const server = new EngineServer(parts, port);
    await server.accept();
    return server;
  }

  /** `127.0.0.1:port`, the same while it lives. */
  get address(): string {
    return `${host}:${this.#port}`;
  }

  /** Listens (again), at the same port. */
  async accept(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen({ port: this.#port, host, backlog });
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks every connection and listens no more: whoever comes is refused. */
  async refuse(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    const call = readCall(request);
    this.#judge(call, request.socket, {
      serve: () => this.#serve(call, request, response),
      fail: (status, message) => send(response, refusal(status, message)),
    });
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, early: Buffer): void {
    const call = readCall(request);
    const connection = socket as Socket;
    // Whoever has hung up is no longer answered.
    connection.on('error', () => connection.destroy());
    const fail = (status: number, message: string) => connection.end(rawRefusal(status, message));
    this.#judge(call, connection, {
      fail,
      serve: () => {
        const session = this.#parts.routes[call.route]?.session;
        if (session === undefined) return void fail(404, 'page not found');
        this.#guarded(fail, () => session(this.#parts.served, call, { socket: connection, early, request }));
      },
    });
  }

  #judge({ route }: Call, socket: Socket, then: { serve: () => void; fail: Fail }): void {
    this.#parts.onRequest(route);
    const { delayMs, end } = this.#parts.faults.judge(route);
    const act = () => {
      switch (end?.kind) {
        case undefined:
          return then.serve();
        case 'error':
          return then.fail(end.status, end.message);
        case 'reset':
          return void socket.resetAndDestroy();
        case 'stall':
      }
    };
    if (delayMs === 0) act();
    else this.#parts.served.state.clock.after(delayMs, act);
  }

  #serve(call: Call, request: IncomingMessage, response: ServerResponse): void {
    const fail: Fail = (status, message) => send(response, refusal(status, message));
    const route = this.#parts.routes[call.route];
    const refused = versionRefusal(request.url ?? '');
    if (refused !== undefined || route === undefined) {
      request.resume();
      return send(response, refused ?? pageNotFound);
    }
    this.#guarded(fail, () => {
      if (route.stream !== undefined) route.stream(this.#parts.served, call, { request, response });
      else this.#answer(call, route, request, response);
    });
  }

  #answer(call: Call, { answer }: Route, request: IncomingMessage, response: ServerResponse): void {
    if (answer === undefined) return send(response, refusal(400, 'this endpoint only upgrades connections'));
    const { served } = this.#parts;
    if (!hasBody(request)) return send(response, answer(served, call));
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > bodyMaxBytes) request.destroy();
      else chunks.push(chunk);
    });
    request.on('end', () => {
      const fail: Fail = (status, message) => send(response, refusal(status, message));
      this.#guarded(fail, () => send(response, answer(served, { ...call, body: Buffer.concat(chunks).toString('utf8') })));
    });
  }

  /** A refusal is an answer; anything else is a defect of the simulator. */
  #guarded(fail: Fail, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (error instanceof DaemonRefusal) fail(error.status, error.message);
      else throw error;
    }
  }
}

type Fail = (status: number, message: string) => void;

function hasBody({ method, headers }: IncomingMessage): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function rawRefusal(status: number, message: string): string {
  const body = `${JSON.stringify({ message })}\n`;
  const lines = [`HTTP/1.1 ${status} ${status === 404 ? 'Not Found' : 'Error'}`];
  const fields = headFields({ fields: ['Content-Length', String(body.length), 'Connection', 'close'] });
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}: ${fields[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
