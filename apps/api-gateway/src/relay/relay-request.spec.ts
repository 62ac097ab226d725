import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { open } from '../access/access-rule.ts';
import { until } from './raw-peers.builders.ts';
import { relayRequest } from './relay-request.ts';
import { RelayStage } from './relay-stage.builders.ts';
import { engineTarget, type TinyGatewayOptions } from './tiny-gateway.builders.ts';

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n`;
const ok = (body: string) => `HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('relayRequest', () => {
  let stage: RelayStage;
  beforeEach(async () => {
    stage = await RelayStage.open();
  });
  afterEach(() => stage.close());

  const edited = (headTimeoutMs?: number): TinyGatewayOptions => ({
    routes: (caller) => [
      {
        method: 'GET',
        path: '/edited',
        semantics: 'any',
        access: open,
        handle: (exchange) =>
          relayRequest(caller, exchange, {
            engine: engineTarget(stage.engine.address),
            path: '/original',
            ...(headTimeoutMs !== undefined && { headTimeoutMs }),
            edit: { maxBytes: 100, rewrite: (body) => Buffer.from(body.toString().toUpperCase()) },
          }),
      },
    ],
  });

  it('asks in the newest version the engine speaks and keeps repeated header lines apart', async () => {
    await stage.reopen({}, [engineTarget(stage.engine.address, { apiVersion: '1.41', minApiVersion: '1.24' })]);
    const user = await stage.client();
    user.send(get('/containers/c1/top?ps_args=a+b'));
    const daemon = await stage.engine.peer();
    expect(daemon.received).toMatch(/^GET \/v1\.41\/containers\/c1\/top\?ps_args=a\+b HTTP\/1\.1\r\n/);
    expect(daemon.received).toContain('X-Twice: 1\r\nX-Twice: 2\r\n');
    daemon.send(ok('{}'));
    await user.has('{}');
  });

  it('passes on no body of a read, and nothing of a head that hides where its body ends', async () => {
    const hidden = 'POST /containers/create HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
    const top = `GET /containers/c1/top HTTP/1.1\r\nHost: x\r\nContent-Length: ${hidden.length}\r\n`;
    const smuggler = await stage.client();
    smuggler.send(`${top}Connection: content-length\r\n\r\n${hidden}`);
    await smuggler.has('HTTP/1.1 400 ');
    const user = await stage.client();
    user.send(`${top}\r\n${hidden}`);
    const daemon = await stage.engine.peer();
    daemon.send(ok('{}'));
    await user.has('{}');
    expect(daemon.received).toMatch(/^GET \/v1\.51\/containers\/c1\/top HTTP\/1\.1\r\n/);
    expect(daemon.received).not.toMatch(/POST|Content-Length/i);
  });

  it('sends the head before there is a body, and each chunk as it comes', async () => {
    const user = await stage.client();
    user.send(`POST /containers/c1/wait HTTP/1.1\r\nHost: x\r\n\r\n`);
    const daemon = await stage.engine.peer();
    expect(daemon.received).toContain('Content-Length: 0');
    daemon.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    await user.has('\r\n\r\n');
    daemon.send('3\r\nabc\r\n');
    await user.has('3\r\nabc\r\n');
    daemon.send('0\r\n\r\n');
    await user.has('0\r\n\r\n');
  });

  it('keeps the connection of short reads for the next one', async () => {
    const user = await stage.client();
    for (const body of ['first', 'second']) {
      user.send(get('/containers/c1/top'));
      const daemon = await stage.engine.peer();
      daemon.received = '';
      daemon.send(ok(body));
      await user.has(body);
    }
    expect(stage.engine.peers).toHaveLength(1);
  });

  it('reads again over a fresh connection when the engine has closed the kept one meanwhile', async () => {
    const user = await stage.client();
    user.send(get('/containers/c1/top'));
    const daemon = await stage.engine.peer();
    daemon.send(ok('first'));
    await user.has('first');
    daemon.received = '';
    user.send(get('/containers/c1/top'));
    await daemon.has('\r\n\r\n');
    daemon.socket.resetAndDestroy();
    (await stage.engine.peer(1)).send(ok('second'));
    await user.has('second');
    expect(stage.engine.peers).toHaveLength(2);
  });

  it('passes a 304 without a body and serves the next request on the same connection', async () => {
    const user = await stage.client();
    user.send(get('/containers/c1/top'));
    (await stage.engine.peer()).send('HTTP/1.1 304 Not Modified\r\n\r\n');
    await user.has('304 Not Modified\r\n');
    await user.has('\r\n\r\n');
    expect(user.received).not.toContain('Transfer-Encoding');
    user.send(get('/nothing'));
    await user.has('page not found');
  });

  it('streams an upload with the framing of the client, after having said 100 Continue', async () => {
    const user = await stage.client();
    user.send(
      'PUT /containers/c1/archive?path=/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    await user.has('100 Continue');
    user.send('3\r\nabc\r\n0\r\n\r\n');
    const daemon = await stage.engine.peer();
    await daemon.has('3\r\nabc\r\n');
    expect(daemon.received).not.toContain('Expect');
    daemon.send(ok(''));
    await user.has('200 OK');
  });

  it('delivers an answer that comes before the upload is complete, and takes the rest of the upload', async () => {
    const user = await stage.client();
    const size = 32 * 1024 * 1024;
    user.send(`PUT /containers/c1/archive HTTP/1.1\r\nHost: x\r\nContent-Length: ${size}\r\n\r\n`);
    user.send(Buffer.alloc(size));
    const daemon = await stage.engine.peer();
    daemon.socket.pause();
    daemon.socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}');
    await user.has('404 Not Found');
    daemon.socket.resetAndDestroy();
    await until(
      () => user.socket.writableLength === 0 && user.isEnded,
      () => 'the rest to be taken and the connection to end',
    );
    expect(user.received).toMatch(/\r\nConnection: close\r\n\r\n\{\}$/);
    user.socket.end();
  });

  it('ends the connection to the engine when the client goes away', async () => {
    const user = await stage.client();
    user.send(get('/containers/c1/logs?follow=1'));
    const daemon = await stage.engine.peer();
    daemon.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    await user.has('abc');
    user.socket.destroy();
    await expect.poll(() => daemon.isEnded || daemon.isClosed).toBe(true);
  });

  it('cuts the answer short for the client when the engine breaks off', async () => {
    const user = await stage.client();
    user.send(get('/containers/c1/export'));
    const daemon = await stage.engine.peer();
    daemon.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
    await user.has('abc');
    daemon.socket.resetAndDestroy();
    await until(
      () => user.isEnded || user.isClosed,
      () => 'the client to hear of it',
    );
    expect(user.received).not.toContain('0\r\n\r\n');
  });

  it('leaves what a slow reader does not take at the engine', async () => {
    const user = await stage.client();
    user.send(get('/containers/c1/export'));
    const daemon = await stage.engine.peer();
    const total = 40 * 1024 * 1024;
    user.socket.pause();
    daemon.send(`HTTP/1.1 200 OK\r\nContent-Length: ${total}\r\n\r\n`);
    daemon.send(Buffer.alloc(total));
    let pending = -1;
    await until(
      () => {
        const isStill = daemon.socket.bytesWritten - daemon.socket.writableLength === pending;
        pending = daemon.socket.bytesWritten - daemon.socket.writableLength;
        return isStill;
      },
      () => 'the stream to stand still',
    );
    expect(daemon.socket.writableLength).toBeGreaterThan(0);
    user.socket.resume();
    await until(
      () => user.receivedBytes > total,
      () => 'all bytes',
    );
  });

  it('answers 502 when something else than an engine answers', async () => {
    const user = await stage.client();
    user.send(get('/containers/c1/top'));
    (await stage.engine.peer()).send('220 mail.example ESMTP\r\n');
    await user.has('does not speak the Docker API');
    expect(user.received).toContain('HTTP/1.1 502 ');
  });

  it('answers 503 naming the node when nobody listens', async () => {
    await stage.reopen({ locate: async (id) => ({ id, engine: engineTarget('127.0.0.1:1', { node: 'node-9' }) }) });
    const user = await stage.client();
    user.send(get('/containers/c1/top'));
    await user.has('cannot reach node node-9');
    expect(user.received).toContain('HTTP/1.1 503 ');
  });

  it('answers 503 when the engine does not begin its answer in time', async () => {
    await stage.reopen(edited(20));
    const user = await stage.client();
    user.send(get('/edited'));
    await user.has('node node-1 took the request and did not answer within 20 ms');
    expect(user.received).toContain('HTTP/1.1 503 ');
  });

  it('rewrites a short answer and gives it its new length', async () => {
    await stage.reopen(edited());
    const user = await stage.client();
    user.send(get('/edited'));
    const daemon = await stage.engine.peer();
    expect(daemon.received).toContain('GET /v1.51/original ');
    daemon.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
    await user.has('ABC');
    expect(user.received).toContain('Content-Length: 3\r\n');
  });

  it('answers at once when the engine of the container is known to be unhealthy', async () => {
    await stage.reopen({}, [engineTarget(stage.engine.address, { state: 'unhealthy', reason: 'no route to host' })]);
    const user = await stage.client();
    user.send(get('/containers/web/top'));
    await user.has('{"message":"Container web running on unhealthy node node-1: no route to host"}\n');
    expect(user.received).toContain('HTTP/1.1 503 ');
  });
});
