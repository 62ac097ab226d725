import { createSocket, type Socket } from 'node:dgram';
import { Duplex } from 'node:stream';
import type { JoinableStream } from '#docker-api';
import { DatagramReader, framedDatagram } from '#tunnel';

/** A UDP port as a stream of framed datagrams. What comes while the other side does not keep up is lost, as UDP may lose it. */
export class DatagramPort extends Duplex implements JoinableStream {
  readonly #socket: Socket;
  readonly #reader = new DatagramReader();

  /** Resolves once datagrams can be sent. */
  static async open(host: string, port: number): Promise<DatagramPort> {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      const fail = (error: Error) => {
        socket.close();
        reject(error);
      };
      socket.once('error', fail);
      // Not as callback of `connect`: that would be called for a failure too, in place of the event.
      socket.once('connect', () => {
        socket.off('error', fail);
        resolve();
      });
      socket.connect(port, host);
    });
    return new DatagramPort(socket);
  }

  private constructor(socket: Socket) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on('message', (datagram) => {
      if (!this.readableEnded && this.readableLength < this.readableHighWaterMark) this.push(framedDatagram(datagram));
    });
    // Nobody listens there just now (ICMP): the next datagram may find somebody.
    socket.on('error', () => undefined);
  }

  destroySoon(): void {
    this.destroy();
  }

  override _read(): void {
    // Datagrams come by themselves.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    // A datagram that cannot be sent is lost, as UDP may lose it; with the callback its error is no event.
    for (const datagram of this.#reader.read(chunk)) this.#socket.send(datagram, () => undefined);
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#socket.close();
    callback(error);
  }
}
