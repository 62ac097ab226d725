import { once } from 'node:events';
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { BaleenError } from '#contracts';
import { addressInUse, isReachableByOthers, type ListenAddress } from '#endpoint';
import type { Clock, Logger } from '#service-shell';
import { answerBrokenRequest, answerUnrouted } from './broken-request.ts';
import { noteLocal } from './client-address.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { EndpointTls } from './endpoint-tls.ts';
import { answerPlainRequest, handshakeFailure } from './failed-handshake.ts';
import { handedOverMessage } from './handed-over-message.ts';
import { noteLoopback } from './rebound-name.ts';
import { answerUnderWay, takenConnection } from './takeover.ts';

export type ListenerDeps = { readonly dispatcher: Dispatcher; readonly clock: Clock; readonly logger: Logger };

export type ListenOptions = {
  /** Of TCP listeners; a unix socket has its mode. */
  readonly tls?: EndpointTls | undefined;
  /** Other processes listen on the same TCP port. */
  readonly sharePorts?: boolean;
  /** Connections held at once; more are closed as they come. */
  readonly connectionsMax?: number;
};

/** A node process has some ten thousand descriptors at best and each connection may need one more to its engine. */
const defaultConnectionsMax = 4096;
/** Lines of refused clients: a port scan fills no log. */
const refusalLogIntervalMs = 1_000;
/** How long answers in the making may take once the listener closes. */
const closeGraceMs = 2_000;

const serverOptions: ServerOptions = {
  // dockerode repeats the create body in the query; engines take up to about 1 MiB (docker-api.md 1.1).
  maxHeaderSize: 1024 * 1024,
  // Uploads last as long as they last.
  requestTimeout: 0,
  headersTimeout: 120_000,
  // Engines never close an idle connection; most client pools drop theirs after 90 s.
  keepAliveTimeout: 120_000,
  // buildx sends an empty Host.
  requireHostHeader: false,
};

/** One open door of the Docker API. */
export class Listener {
  readonly #server: Server;
  readonly #deps: ListenerDeps;
  readonly #sockets = new Set<Socket>();
  readonly #sessions = new Set<Socket>();
  #refusalsQuietUntilMs = 0;

  private constructor(server: Server, address: ListenAddress, deps: ListenerDeps, { tls, connectionsMax }: ListenOptions) {
    const { text } = address;
    const note = noteFor(address, tls);
    this.#server = server;
    this.#deps = deps;
    server.maxConnections = connectionsMax ?? defaultConnectionsMax;
    server.on('connection', (socket: Socket) => {
      note?.(socket);
      this.#adopt(socket);
    });
    server.on('secureConnection', (socket: Socket) => this.#adopt(socket));
    server.on('request', (request, response) => void deps.dispatcher.dispatch(request, response));
    server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => this.#onTaken(request, socket, head));
    server.on('connect', (_request: IncomingMessage, socket: Socket) => answerUnrouted(socket));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (!answerPlainRequest(error, socket)) answerBrokenRequest(error, socket);
    });
    server.on('tlsClientError', (error: Error, socket: TLSSocket) => this.#onRefused(text, error, socket));
    server.on('drop', () =>
      deps.logger.warn({ listener: text, connectionsMax: server.maxConnections }, 'connection refused: too many are open'),
    );
  }

  /** Resolves once it listens. Throws config/invalid naming the address and what to do. */
  static async open(address: ListenAddress, deps: ListenerDeps, options: ListenOptions = {}): Promise<Listener> {
    const isTaken = (request: IncomingMessage) => deps.dispatcher.takesConnection(request);
    const shared = { ...serverOptions, IncomingMessage: handedOverMessage(isTaken), shouldUpgradeCallback: isTaken };
    // Half-open, or the end of standard input would end the output too (docker-api.md 1.3, item 3).
    const tls = isTcp(address) ? options.tls : undefined;
    const server = tls ? createTlsServer({ ...shared, ...tls.serverOptions, allowHalfOpen: true }) : createServer(shared);
    if (tls) tls.follow(server as ReturnType<typeof createTlsServer>);
    const listener = new Listener(server, address, deps, options);
    try {
      await bind(server, address, options.sharePorts === true);
    } catch (cause) {
      throw new BaleenError('config/invalid', bindFailure(address, cause), { cause });
    }
    server.on('error', (err) => deps.logger.error({ listener: address.text, err }, 'listener failed'));
    return listener;
  }

  /** The port it listens on; 0 for a unix socket. */
  get port(): number {
    const address = this.#server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  }

  /** Accepts no more, lets answers in the making finish for two seconds, then cuts what is left. Sessions are cut at once. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sessions) socket.destroy();
    this.#server.closeIdleConnections();
    // Nothing was asked on these; to the server they are no idle ones.
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy();
    const cancel = this.#deps.clock.after(closeGraceMs, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await closed;
    cancel();
  }

  #adopt(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      this.#sessions.delete(socket);
    });
    // A reset shows as 'close' to whoever uses the connection; unheard, 'error' would end the process.
    socket.on('error', () => this.#sockets.delete(socket));
  }

  #onRefused(listener: string, error: Error, socket: TLSSocket): void {
    const reason = handshakeFailure(error, socket);
    const nowMs = this.#deps.clock.monotonicMs();
    if (reason === undefined || nowMs < this.#refusalsQuietUntilMs) return;
    this.#refusalsQuietUntilMs = nowMs + refusalLogIntervalMs;
    this.#deps.logger.info({ listener, client: socket.remoteAddress, reason }, 'TLS client refused');
  }

  #onTaken(request: IncomingMessage, socket: Socket, head: Buffer): void {
    // A client need not wait for one answer before it sends its next request; answers go out in order.
    const earlier = answerUnderWay(socket);
    if (earlier !== undefined) {
      earlier.once('finish', () => this.#onTaken(request, socket, head));
      return;
    }
    // Node takes its own listeners off, ours stay.
    const { connection, response } = takenConnection(request, socket, head, this.#deps.clock);
    const counted: typeof connection.socket = (use) => {
      if (use === 'session') this.#sessions.add(socket);
      return connection.socket(use);
    };
    void this.#deps.dispatcher.dispatch(request, response, { ...connection, socket: counted });
  }
}

/** What is kept of connections because of where they come in. */
function noteFor(address: ListenAddress, tls: ListenOptions['tls']): ((socket: Socket) => void) | undefined {
  if (!isTcp(address)) return noteLocal;
  return tls === undefined && !isReachableByOthers(address) ? noteLoopback : undefined;
}

function isTcp(address: ListenAddress): boolean {
  return (address.kind === 'passed' ? address.at : address).kind === 'tcp';
}

async function bind(server: Server, address: ListenAddress, reusePort: boolean): Promise<void> {
  if (address.kind === 'passed') {
    server.listen({ fd: address.fd });
    await once(server, 'listening');
    return;
  }
  if (address.kind === 'tcp') {
    server.listen({ port: address.port, reusePort, ...(address.host !== undefined && { host: address.host }) });
    await once(server, 'listening');
    return;
  }
  if (lstatSync(address.path, { throwIfNoEntry: false })?.isSocket() === true) unlinkSync(address.path);
  // Without rights until the mode is set, or another user could connect in between.
  const umask = process.umask(0o777);
  try {
    server.listen(address.path);
  } finally {
    process.umask(umask);
  }
  await once(server, 'listening');
  chmodSync(address.path, 0o600);
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: use a port above 1023 or a path this user may write',
  EADDRNOTAVAIL: 'no network interface of this machine has the address: use one that has, or :port for all',
  ENOENT: 'the folder does not exist: create it first',
};

function bindFailure({ text }: ListenAddress, cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const reason = code === 'EADDRINUSE' ? addressInUse(cause as NodeJS.ErrnoException) : remedies[code];
  return `cannot listen on ${text}: ${reason ?? (cause instanceof Error ? cause.message : String(cause))}`;
}
