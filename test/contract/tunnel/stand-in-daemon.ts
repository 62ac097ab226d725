import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const chunk = Buffer.alloc(256 * 1024, 'a block of bytes that is not the same twice in a row ');

/** `bytes` of a known pattern, written as fast as the peer takes them; resolves with their hash. */
export async function pour(stream: NodeJS.WritableStream, bytes: number): Promise<string> {
  const hash: Hash = createHash('sha256');
  for (let left = bytes, round = 0; left > 0; round += 1) {
    chunk.writeUInt32BE(round);
    const part = Buffer.from(chunk.subarray(0, Math.min(left, chunk.length)));
    hash.update(part);
    left -= part.length;
    if (!stream.write(part)) await once(stream, 'drain');
  }
  stream.end();
  return hash.digest('hex');
}

/** Reads to the end; resolves with the hash and the number of bytes. */
export async function drain(stream: AsyncIterable<Buffer>): Promise<{ hash: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of stream) {
    hash.update(part);
    bytes += part.length;
  }
  return { hash: hash.digest('hex'), bytes };
}

/** A daemon that takes what comes and says nothing. */
export function listens(socket: Socket): void {
  socket.resume().on('end', () => socket.end());
}

export async function allOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** What listens on a unix socket in place of a daemon: raw bytes, or HTTP. */
export class StandInDaemon {
  readonly path: string;
  readonly sockets = new Set<Socket>();
  /** All there were. */
  connections = 0;
  readonly #server: NetServer | Server;
  readonly #folder: string;

  static raw(onConnection: (socket: Socket) => void): Promise<StandInDaemon> {
    return StandInDaemon.#listen(createNetServer({ allowHalfOpen: true }, onConnection));
  }

  static http(onRequest: (request: IncomingMessage, response: ServerResponse) => void): Promise<StandInDaemon> {
    return StandInDaemon.#listen(createServer(onRequest));
  }

  static async #listen(server: NetServer | Server): Promise<StandInDaemon> {
    const folder = await mkdtemp(join(tmpdir(), 'baleen-tunnel-'));
    const daemon = new StandInDaemon(server, folder);
    server.listen(daemon.path);
    await once(server, 'listening');
    return daemon;
  }

  private constructor(server: NetServer | Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
    this.path = join(folder, 'docker.sock');
    server.prependListener('connection', (socket: Socket) => {
      this.connections += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      // The test's other end may hang up as rudely as it likes.
      socket.on('error', () => socket.destroy());
    });
  }

  get server(): NetServer | Server {
    return this.#server;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
