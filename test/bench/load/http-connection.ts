import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { AnswerReader } from './answer-reader.ts';

export type Answer = { readonly status: number; readonly bodyBytes: number; readonly body: string };

/** Reads big answers in few pieces, into one buffer. */
const readBytes = 256 * 1024;

/** One kept connection, one request at a time; as cheap as a client can be, so that it is not what limits. */
export class HttpConnection {
  readonly #socket: Socket;
  #waiting: { readonly reader: AnswerReader; readonly settled: PromiseWithResolvers<Answer> } | undefined;
  #broken: Error | undefined;

  static async open(address: string): Promise<HttpConnection> {
    const connection = new HttpConnection(address);
    await once(connection.#socket, 'connect');
    return connection;
  }

  private constructor(address: string) {
    const [host = '', port = ''] = address.split(':');
    const callback = (count: number, buffer: Uint8Array): boolean => {
      this.#onBytes(Buffer.from(buffer.buffer, buffer.byteOffset, count));
      return true;
    };
    this.#socket = connect({
      host,
      port: Number(port),
      noDelay: true,
      onread: { buffer: Buffer.allocUnsafe(readBytes), callback },
    });
    this.#socket.on('error', (error) => this.#break(error));
    this.#socket.on('close', () => this.#break(new Error('the connection ended')));
  }

  /** Rejects when the connection breaks before the whole answer is there. */
  ask(request: string, keepsBody = false): Promise<Answer> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    if (this.#waiting !== undefined) return Promise.reject(new Error('a request is under way'));
    const settled = Promise.withResolvers<Answer>();
    this.#waiting = { reader: new AnswerReader(keepsBody), settled };
    this.#socket.write(request);
    return settled.promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #onBytes(bytes: Buffer): void {
    if (this.#waiting === undefined) return;
    const { reader, settled } = this.#waiting;
    reader.feed(bytes);
    if (!reader.isDone) return;
    this.#waiting = undefined;
    settled.resolve({ status: reader.status, bodyBytes: reader.bodyBytes, body: reader.body });
  }

  #break(error: Error): void {
    this.#broken ??= error;
    this.#waiting?.settled.reject(error);
    this.#waiting = undefined;
  }
}

/** The bytes of a request; a body goes as JSON. */
export function requestText(method: string, path: string, body?: unknown): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const fields = body === undefined ? '' : 'Content-Type: application/json\r\n';
  const length = method === 'GET' ? '' : `Content-Length: ${Buffer.byteLength(text)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\nHost: bench\r\n${fields}${length}\r\n${text}`;
}
