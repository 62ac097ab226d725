import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** How something that is no Docker engine treats a connection. */
export type Oddity = 'answers rubbish' | 'hangs up at once' | 'never answers' | 'answers HTML';

const treatments: Readonly<Record<Oddity, (socket: Socket) => void>> = {
  'answers rubbish': (socket) => void socket.once('data', () => socket.end('\0\u{1F433} this is not HTTP\r\n\r\n')),
  'hangs up at once': (socket) => void socket.destroy(),
  'never answers': (socket) => void socket.resume(),
  'answers HTML': (socket) => {
    const page = '<html>It works!</html>';
    socket.on('data', () =>
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`),
    );
  },
};

/** Listens on loopback where an engine should. */
export class OddEngine {
  readonly address: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async open(oddity: Oddity): Promise<OddEngine> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OddEngine(server, treatments[oddity]);
  }

  private constructor(server: Server, treat: (socket: Socket) => void) {
    this.#server = server;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      // Whoever dials may hang up as rudely as we do.
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      treat(socket);
    });
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
