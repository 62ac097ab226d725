import { createServer, type Server, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#service-shell';
import { EngineClient } from './engine-client.ts';
import { DirectTransport } from './transport/direct-transport.ts';

const opened: { close(): unknown }[] = [];

/** A TCP server that does with each connection what it is told; its address. */
async function serve(handle: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => sockets.delete(socket));
    handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({ close: () => (server.close(), sockets.forEach((socket) => socket.destroy())) });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
  return `127.0.0.1:${bound.port}`;
}

function clientOf(address: string): EngineClient {
  const client = new EngineClient({ address, transport: new DirectTransport(systemClock) });
  opened.push(client);
  return client;
}

const ask = (address: string, maxBodyBytes = 1024) =>
  clientOf(address).request({ method: 'GET', path: '/info', timeoutMs: 300, maxBodyBytes });
const answering = (text: string) => serve((socket) => socket.once('data', () => socket.end(text)));

describe('an engine client', () => {
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  it('gives status, headers and body as they came', async () => {
    const address = await answering('HTTP/1.1 404 Not Found\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nno');
    expect(await ask(address)).toMatchObject({ status: 404, headers: { 'x-a': '1' }, body: Buffer.from('no') });
  });

  it('says that a dead port refused and that nothing was sent', async () => {
    const gone = await serve(() => undefined);
    await opened.pop()?.close();
    await expect(ask(gone)).rejects.toMatchObject({
      code: 'engine/unreachable',
      details: { kind: 'refused', sent: false },
      message: expect.stringContaining(gone),
    });
  });

  it('says that the socket of a daemon is missing', async () => {
    await expect(ask('unix:///nowhere/docker.sock')).rejects.toMatchObject({ details: { kind: 'missing', sent: false } });
  });

  it('gives up on a silent host, which may have got the request', async () => {
    const silent = await serve(() => undefined);
    await expect(ask(silent)).rejects.toMatchObject({ code: 'engine/timeout', details: { sent: true } });
  });

  it('says that the daemon closed before it answered', async () => {
    const closing = await serve((socket) => socket.once('data', () => socket.end()));
    await expect(ask(closing)).rejects.toMatchObject({ code: 'engine/unreachable', details: { kind: 'closed', sent: true } });
  });

  it('tells rubbish from an answer', async () => {
    await expect(ask(await answering('SSH-2.0-OpenSSH_9.6\r\n'))).rejects.toMatchObject({ code: 'engine/bad-answer' });
  });

  it('refuses a body over the bound', async () => {
    const address = await answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789');
    await expect(ask(address, 9)).rejects.toMatchObject({ code: 'engine/bad-answer' });
  });

  it('hears of a connection that was closed before it stood, without an error', async () => {
    const transport = { connect: () => new Socket().destroy() };
    const client = new EngineClient({ address: 'h:1', transport });
    opened.push(client);
    const asked = client.request({ method: 'GET', path: '/info', timeoutMs: 5_000 });
    await expect(asked).rejects.toMatchObject({ code: 'engine/unreachable', details: { kind: 'closed' } });
  });

  it("rejects with the caller's reason when the caller gives up on a stream", async () => {
    const silent = await serve(() => undefined);
    const giveUp = new AbortController();
    const streaming = clientOf(silent).stream({ method: 'GET', path: '/events', timeoutMs: 5_000, signal: giveUp.signal });
    giveUp.abort(new Error('client went away'));
    await expect(streaming).rejects.toThrow('client went away');
  });
});
