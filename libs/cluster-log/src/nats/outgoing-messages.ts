import type { NatsConnection, ServerInfo } from '@nats-io/nats-core';

/** What leaves by one write to the socket. */
const roomBytes = 256 * 1024;
/** Written out and kept for the next, so that bulk needs no memory of its own for each write. */
const idleRoomsMax = 4;
const lineEnd = '\r\n';

/** What is inside the client in the version that we ship; in one that has it not, the bus breaks its contract (test/contract/cluster-bus). */
type ClientInside = {
  readonly protocol: {
    readonly connected: boolean;
    readonly info?: ServerInfo;
    readonly transport: { _send(bytes: Uint8Array): Promise<void> };
    flushPending(): void;
  };
};

/**
 * Messages as nats-server reads them, put together without the client: that copies each into memory which it clears first, and its line by
 * itself (docs/adr/0042).
 */
export class OutgoingMessages {
  readonly #protocol: ClientInside['protocol'];
  readonly #idleRooms: Buffer[] = [];
  #room: Buffer | undefined;
  #length = 0;

  constructor(connection: NatsConnection) {
    this.#protocol = (connection as unknown as ClientInside).protocol;
  }

  /** Copies the payload. False: the message is not for here (no connection, or larger than a write or the server takes). */
  add(subject: string, parts: readonly Uint8Array[]): boolean {
    const { connected, info } = this.#protocol;
    const payloadBytes = parts.reduce((sum, part) => sum + part.length, 0);
    const line = `PUB ${subject} ${payloadBytes}${lineEnd}`;
    const neededBytes = line.length + payloadBytes + lineEnd.length;
    if (!connected || info === undefined || payloadBytes > info.max_payload || neededBytes > roomBytes) return false;
    if (this.#length + neededBytes > roomBytes) this.flush();
    this.#room ??= this.#idleRooms.pop() ?? Buffer.allocUnsafeSlow(roomBytes);
    this.#length += this.#room.write(line, this.#length, 'latin1');
    for (const part of parts) {
      this.#room.set(part, this.#length);
      this.#length += part.length;
    }
    this.#length += this.#room.write(lineEnd, this.#length, 'latin1');
    return true;
  }

  /** Sends what was added, behind what the client has still to send. Lost where the connection broke meanwhile. */
  flush(): void {
    const [room, length] = [this.#room, this.#length];
    this.#length = 0;
    if (room === undefined || length === 0 || !this.#protocol.connected) return;
    this.#room = undefined;
    this.#protocol.flushPending();
    const sending = this.#protocol.transport._send(room.subarray(0, length));
    // Of a write that failed the connection says so itself; its room is not used again.
    sending.then(
      () => this.#keep(room),
      () => undefined,
    );
  }

  #keep(room: Buffer): void {
    if (this.#idleRooms.length < idleRoomsMax) this.#idleRooms.push(room);
  }
}
