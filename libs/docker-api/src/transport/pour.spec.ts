import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pour } from './pour.ts';
import { largeReadBytes, plainReadBytes } from './read-buffers.ts';

const mebibyte = 1024 * 1024;
/** A busy machine takes seconds for a few megabytes. */
const patience = { timeout: 8_000 };

describe('pour', () => {
  let server: Server;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    server.close();
  });

  /** The two ends of a connection; what is written into the far one is the near one's to read. */
  const connection = async (source: 'accepted' | 'dialled') => {
    const dialled = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    const [accepted] = (await once(server, 'connection')) as [Socket];
    sockets.push(dialled, accepted);
    return source === 'accepted' ? { near: accepted, far: dialled } : { near: dialled, far: accepted };
  };

  it.each(['accepted', 'dialled'] as const)(
    'brings bulk from an %s socket whole and in large pieces, however slow its reader',
    async (end) => {
      const { near, far } = await connection(end);
      const sink = collector({ delayEvery: 3 });
      pour(near, sink.stream);
      const sent = createHash('sha256');
      for (let i = 0; i < 12; i++) {
        const piece = randomBytes(mebibyte);
        sent.update(piece);
        if (!far.write(piece)) await once(far, 'drain');
      }
      far.end();
      await once(sink.stream, 'finish');
      expect(sink.digest()).toBe(sent.digest('hex'));
      expect(Math.max(...sink.lengths)).toBeGreaterThan(plainReadBytes);
    },
  );

  it('lets small pieces of bulk come together, and passes all of them and the end on', async () => {
    const { near, far } = await connection('dialled');
    const sink = collector();
    pour(near, sink.stream);
    const [pieces, piece] = [512, randomBytes(32 * 1024)];
    const sent = createHash('sha256');
    for (let i = 0; i < pieces; i++) {
      sent.update(piece);
      await new Promise((resolve) => far.write(piece, resolve));
    }
    far.end();
    await once(sink.stream, 'finish');
    expect(sink.digest()).toBe(sent.digest('hex'));
    expect(sink.lengths.length).toBeLessThan(pieces / 2);
  });

  it('leaves with the sender what the sink does not take', async () => {
    const { near, far } = await connection('accepted');
    const stuck = new Writable({ write: () => undefined });
    pour(near, stuck);
    far.write(Buffer.alloc(64 * mebibyte));
    let read = -1;
    await expect
      .poll(() => {
        const isStill = near.bytesRead === read;
        read = near.bytesRead;
        return isStill && read > 0;
      }, patience)
      .toBe(true);
    expect(near.bytesRead).toBeLessThanOrEqual(largeReadBytes + plainReadBytes);
  });

  it('passes a single byte on at once after bulk', async () => {
    const { near, far } = await connection('dialled');
    const sink = collector();
    pour(near, sink.stream);
    far.write(Buffer.alloc(4 * mebibyte));
    await expect.poll(() => sink.bytes(), patience).toBe(4 * mebibyte);
    for (let more = 1; more <= 3; more++) {
      far.write('x');
      await expect.poll(() => sink.bytes(), patience).toBe(4 * mebibyte + more);
    }
  });

  it('drops what comes after it was stopped amid bulk, up to the end', async () => {
    const { near, far } = await connection('accepted');
    const sink = collector();
    const pouring = pour(near, sink.stream);
    far.write(Buffer.alloc(4 * mebibyte));
    await expect.poll(() => sink.bytes(), patience).toBe(4 * mebibyte);
    pouring.stop();
    far.end(Buffer.alloc(4 * mebibyte));
    near.resume();
    await once(near, 'end');
    expect([sink.bytes(), sink.stream.writableEnded]).toEqual([4 * mebibyte, false]);
  });

  it('stops when the sink has gone', async () => {
    const { near, far } = await connection('accepted');
    const sink = collector();
    pour(near, sink.stream);
    far.write(Buffer.alloc(4 * mebibyte));
    await expect.poll(() => sink.bytes(), patience).toBe(4 * mebibyte);
    sink.stream.destroy();
    await once(sink.stream, 'close');
    expect(near.isPaused()).toBe(true);
  });

  it('keeps the end to itself when told to, and knows one that has come before', async () => {
    const [ended, sink, other] = [Readable.from(['x']), collector(), collector()];
    pour(ended, sink.stream, { end: false });
    await once(ended, 'end');
    expect([sink.bytes(), sink.stream.writableEnded]).toEqual([1, false]);
    pour(ended, other.stream);
    await once(other.stream, 'finish');
  });
});

/** Takes everything; with `delayEvery` some of it a turn later. */
function collector({ delayEvery = Number.POSITIVE_INFINITY } = {}) {
  const hash = createHash('sha256');
  const lengths: number[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, callback) => {
      lengths.push(chunk.length);
      const take = () => {
        hash.update(chunk);
        callback();
      };
      if (lengths.length % delayEvery === 0) setImmediate(take);
      else take();
    },
  });
  return { stream, lengths, digest: () => hash.digest('hex'), bytes: () => lengths.reduce((sum, length) => sum + length, 0) };
}
