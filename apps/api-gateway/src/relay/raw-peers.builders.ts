import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** One connection as a spec sees it: what has arrived, and when it ended. */
export class RawPeer {
  readonly socket: Socket;
  received = '';
  receivedBytes = 0;
  isEnded = false;
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      // Bulk transfers are only counted.
      if (this.received.length < 1_000_000) this.received += chunk.toString('latin1');
    });
    socket.on('end', () => {
      this.isEnded = true;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  send(text: string | Buffer): void {
    this.socket.write(text);
  }

  /** Waits until what has arrived contains the text. */
  async has(text: string): Promise<void> {
    await until(
      () => this.received.includes(text),
      () => `"${text}" in ${JSON.stringify(this.received)}`,
    );
  }
}

export async function client(port: number): Promise<RawPeer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  await once(socket, 'connect');
  return new RawPeer(socket);
}

/** The clients of one test, to be ended with it: a listener waits for those that do not end their connection after an answer. */
export class RawClients {
  readonly #clients: RawPeer[] = [];

  readonly open = async (port: number): Promise<RawPeer> => {
    const peer = await client(port);
    this.#clients.push(peer);
    return peer;
  };

  hangUp(): void {
    for (const { socket } of this.#clients.splice(0)) socket.destroy();
  }
}

/** A server that speaks whatever the spec makes it speak. */
export async function fakeEngine() {
  const peers: RawPeer[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void peers.push(new RawPeer(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    peers,
    /** The n-th connection made to it, once its request head has come. */
    async peer(index = 0): Promise<RawPeer> {
      await until(
        () => peers[index]?.received.includes('\r\n\r\n') === true,
        () => `request ${index}`,
      );
      return peers[index] as RawPeer;
    },
    async close(): Promise<void> {
      for (const { socket } of peers) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Polls for at most five seconds. */
export async function until(condition: () => boolean, what: () => string): Promise<void> {
  for (let left = 1000; left > 0; left--) {
    if (condition()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
  throw new Error(`waited in vain for ${what()}`);
}
