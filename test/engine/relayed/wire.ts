import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

/** An answer in a form to compare: what differs from one asking to the next is left out. */
export type Answer = { readonly status: number; readonly fields: Readonly<Record<string, unknown>>; readonly body: Buffer };

/** Of the moment, of one connection, or of who answers. */
const incomparable = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'server']);
const answerMaxMs = 30_000;

/** One request over a connection of its own, body and all. */
export async function ask(address: string, { method, path, headers = {}, body }: Asked): Promise<Answer> {
  const [host = '', port = ''] = address.split(':');
  const request = httpRequest({ host, port: Number(port), method, path, headers, agent: false });
  request.end(body);
  const [response] = await once(request, 'response', { signal: AbortSignal.timeout(answerMaxMs) });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const named = Object.entries(response.headers as object).filter(([name]) => !incomparable.has(name));
  const fields = Object.fromEntries(named.toSorted());
  return { status: response.statusCode as number, fields, body: Buffer.concat(chunks) };
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A connection whose bytes are looked at as they come. */
export class Wire {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  isEnded = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
    });
    socket.on('end', () => {
      this.isEnded = true;
    });
    socket.on('error', () => socket.destroy());
  }

  static async open(address: string): Promise<Wire> {
    const [host = '', port = ''] = address.split(':');
    const socket = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    await once(socket, 'connect');
    return new Wire(socket);
  }

  /** The answer's head and what came behind it so far. */
  get head(): string {
    const end = this.#received.indexOf('\r\n\r\n');
    return end === -1 ? '' : this.#received.toString('latin1', 0, end);
  }

  get bytes(): Buffer {
    const end = this.#received.indexOf('\r\n\r\n');
    return end === -1 ? Buffer.alloc(0) : this.#received.subarray(end + 4);
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Status line and fields of a session's head, sorted; without what differs from one asking to the next. */
export function headOf(wire: Wire): string[] {
  return wire.head.split('\r\n').filter((line) => !/^(date|server):/i.test(line));
}

/** Open TCP connections of this machine to this address, whoever made them. */
export function connectionsTo(address: string): number {
  const [host = '', port = ''] = address.split(':');
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  const remote = `${host
    .split('.')
    .toReversed()
    .map((part) => hex(Number(part), 2))
    .join('')}:${hex(Number(port), 4)}`;
  const established = '01';
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[2] === remote && fields[3] === established).length;
}

/** One binary frame as a browser sends it (RFC 6455, section 5.2). */
export function maskedFrame(text: string): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const payload = Buffer.from(text).map((byte, i) => byte ^ (mask[i % 4] ?? 0));
  return Buffer.concat([Buffer.from([0x82, 0x80 | payload.length]), mask, payload]);
}
