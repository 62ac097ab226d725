import { once } from 'node:events';
import { type ClientHttp2Session, connect, performServerHandshake, type ServerHttp2Session } from 'node:http2';
import { type Duplex, duplexPair, Transform } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { goAwayFrame } from './go-away-frame.ts';
import { SolveWatch } from './solve-watch.ts';

const solve = '/moby.buildkit.v1.Control/Solve';

/** A real HTTP/2 client and server with a watch between them; `ended` counts the chunks that ended a solve. */
class Wire {
  readonly requests: string[] = [];
  readonly watch = new SolveWatch((request) => this.requests.push(request.toString()));
  readonly client: ClientHttp2Session;
  readonly server: ServerHttp2Session;
  ended = 0;

  /** `cut`: bytes a piece, as a network may cut them. */
  constructor(cut: number) {
    const [clientEnd, clientWire] = duplexPair();
    const [serverEnd, serverWire] = duplexPair();
    join(clientWire, serverWire, cut, (chunk) => this.watch.clientSends(chunk));
    join(serverWire, clientWire, cut, (chunk) => {
      if (this.watch.engineSends(chunk)) this.ended += 1;
    });
    this.server = performServerHandshake(serverEnd);
    this.client = connect('http://docker', { createConnection: () => clientEnd });
    this.server.on('stream', (stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end('answer');
    });
  }

  async call(path: string, headers: Record<string, string> = {}): Promise<void> {
    const stream = this.client.request({ ':method': 'POST', ':path': path, ...headers });
    stream.write(Buffer.concat([Buffer.of(0, 0, 0, 0, 8), Buffer.from('ques')]));
    stream.end('tion');
    stream.resume();
    await once(stream, 'end');
  }

  close(): void {
    this.client.destroy();
    this.server.destroy();
  }
}

function join(from: Duplex, to: Duplex, cut: number, see: (chunk: Buffer) => void): void {
  const pieces = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = 0; at < chunk.length; at += cut) {
        const piece = chunk.subarray(at, at + cut);
        see(piece);
        this.push(piece);
      }
      done();
    },
  });
  from.pipe(pieces).pipe(to);
}

describe.each([1, 65_536])('with bytes in pieces of %i', (cut) => {
  let wire: Wire;
  afterEach(() => wire.close());

  it('sees the end of every solve, and of no other call', async () => {
    wire = new Wire(cut);
    await wire.call('/moby.buildkit.v1.Control/ListWorkers');
    expect(wire.ended).toBe(0);
    await wire.call(solve);
    await wire.call('/moby.buildkit.v1.Control/Status', { traceparent: '00-1' });
    await wire.call(solve, { traceparent: '00-2' });
    await wire.call('/moby.buildkit.v1.frontend.LLBBridge/Solve');
    expect([wire.ended, wire.requests]).toEqual([2, ['question', 'question']]);
  });

  it('knows that it is between two frames once the engine has said all it has to', async () => {
    wire = new Wire(cut);
    await wire.call(solve);
    expect(wire.watch.isBetweenEngineFrames).toBe(true);
    wire.watch.engineSends(Buffer.from('000004', 'hex'));
    expect(wire.watch.isBetweenEngineFrames).toBe(false);
  });
});

it('recognises a path that an encoder put into its table, as gRPC clients do', () => {
  const watch = new SolveWatch(() => undefined);
  watch.clientSends(Buffer.alloc(24));
  const coded = Buffer.from('6293c7e978ed3512753257ee15ef1ea4d87a18dc7a3b97', 'hex');
  // Literal with indexing, name of static index 4 (:path); then another header that is indexed too.
  const first = Buffer.concat([Buffer.of(0x83, 0x44, 0x80 | coded.length), coded, Buffer.of(0x40, 1, 0x61, 1, 0x62)]);
  watch.clientSends(headersFrame(1, first));
  expect(watch.engineSends(headersFrame(1, Buffer.of(0x88), 0x5))).toBe(true);
  // The path is now the second entry of the dynamic table: index 63.
  watch.clientSends(headersFrame(3, Buffer.of(0x83, 0x80 | 63)));
  watch.clientSends(headersFrame(5, Buffer.of(0x83, 0x80 | 62)));
  expect(watch.engineSends(headersFrame(5, Buffer.of(0x88), 0x5))).toBe(false);
  expect(watch.engineSends(headersFrame(3, Buffer.of(0x88), 0x5))).toBe(true);
});

it('takes every call for a solve once it cannot follow the connection any more', () => {
  const watch = new SolveWatch(() => undefined);
  watch.clientSends(Buffer.alloc(24));
  // A string that is longer than its block.
  watch.clientSends(headersFrame(1, Buffer.of(0x44, 0x7f)));
  expect(watch.engineSends(headersFrame(1, Buffer.of(0x88), 0x5))).toBe(true);
  expect(watch.engineSends(headersFrame(9, Buffer.of(0x88), 0x4))).toBe(false);
});

it('says goodbye in a frame that clients of HTTP/2 understand', async () => {
  const [clientEnd, serverEnd] = duplexPair();
  const client = connect('http://docker', { createConnection: () => clientEnd });
  client.on('error', () => undefined);
  serverEnd.resume();
  serverEnd.write(Buffer.concat([Buffer.from('000000040000000000', 'hex'), goAwayFrame('node-1 is gone')]));
  const [code, , data] = (await once(client, 'goaway')) as [number, number, Buffer];
  expect([code, data.toString()]).toEqual([2, 'node-1 is gone']);
  client.destroy();
});

function headersFrame(stream: number, block: Buffer, flags = 0x4): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(block.length, 0, 3);
  head.writeUInt8(1, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, block]);
}
