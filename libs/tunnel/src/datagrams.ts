/** Length of a datagram before it, big-endian: UDP itself has no longer ones. */
const lengthBytes = 2;

/** A datagram as it travels in a stream. */
export function framedDatagram(datagram: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(lengthBytes + datagram.length);
  framed.writeUInt16BE(datagram.length);
  framed.set(datagram, lengthBytes);
  return framed;
}

/** Finds the datagrams in a stream of framed ones. Keeps at most one that is not whole yet: 64 kB. */
export class DatagramReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Whole datagrams, in order; those of one chunk are windows on it. */
  *read(chunk: Uint8Array): Generator<Buffer> {
    let bytes = this.#rest.length === 0 ? bufferOf(chunk) : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= lengthBytes) {
      const end = lengthBytes + bytes.readUInt16BE();
      if (bytes.length < end) break;
      yield bytes.subarray(lengthBytes, end);
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes.length === 0 ? bytes : Buffer.from(bytes);
  }
}

function bufferOf(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}
