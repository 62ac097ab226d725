import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './raw-peers.builders.ts';
import { RelayStage } from './relay-stage.builders.ts';

const switched =
  'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';
const attach = 'POST /v1.40/containers/c1/attach?stream=1&stdin=1 HTTP/1.1\r\nHost: x\r\n';
const upgrade = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';

describe('relayHijack', () => {
  let stage: RelayStage;
  beforeEach(async () => {
    stage = await RelayStage.open();
  });
  afterEach(() => stage.close());

  const attached = async () => {
    const user = await stage.client();
    user.send(`${attach}${upgrade}Content-Length: 0\r\n\r\n`);
    const daemon = await stage.engine.peer();
    daemon.send(switched);
    await user.has('\r\n\r\n');
    return { user, daemon };
  };

  it('switches protocols with the head of the engine and carries bytes both ways', async () => {
    const { user, daemon } = await attached();
    user.send('to the engine');
    daemon.send('to the client');
    await user.has('to the client');
    await daemon.has('to the engine');
    expect(user.received).toBe(`${switched}to the client`);
    expect(daemon.received).toContain('POST /v1.40/containers/c1/attach?stream=1&stdin=1 HTTP/1.1\r\n');
    expect(daemon.received).toContain('Upgrade: tcp');
  });

  it('has the CORS headers on the heads that it writes itself, of sessions and of large bodies', async () => {
    await stage.reopen({ cors: true });
    expect((await attached()).user.received).toContain('\r\naccess-control-allow-origin: *\r\n');
    const user = await stage.client();
    user.send('GET /containers/c1/export HTTP/1.1\r\nHost: x\r\n\r\n');
    (await stage.engine.peer(1)).send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
    await user.has('{}');
    expect(user.received).toContain('\r\naccess-control-allow-origin: *\r\n');
  });

  it('passes on the end of standard input and keeps the output open until the engine ends it', async () => {
    const { user, daemon } = await attached();
    user.socket.end('last words');
    await until(
      () => daemon.isEnded,
      () => 'the half-close at the engine',
    );
    daemon.send('late output');
    await user.has('late output');
    expect(user.isEnded).toBe(false);
    daemon.socket.end();
    await until(
      () => user.isClosed && daemon.isClosed,
      () => 'both ends closed',
    );
  });

  it('destroys the connection to the engine when the client resets', async () => {
    const { user, daemon } = await attached();
    user.socket.resetAndDestroy();
    await expect.poll(() => daemon.isClosed).toBe(true);
  });

  it('destroys the connection to the client when the engine resets', async () => {
    const { user, daemon } = await attached();
    daemon.socket.resetAndDestroy();
    await expect.poll(() => user.isClosed).toBe(true);
  });

  it('sends the body of exec start with its length, wherever the segments were cut', async () => {
    const user = await stage.client();
    user.send(`POST /exec/ab/start HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 16\r\n\r\n{"Detach"`);
    user.send(':false}stdin');
    const asked = await stage.engine.peer();
    expect(asked.received).toContain('GET /v1.51/exec/ab/json');
    asked.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
    const daemon = await stage.engine.peer(1);
    daemon.send(switched);
    await daemon.has('stdin');
    expect(daemon.received).toMatch(/Content-Length: 16\r\n[^]*\r\n\r\n\{"Detach":false\}stdin$/);
    await user.has('101 UPGRADED');
  });

  it('takes the body of exec start out of its chunks, and what follows for standard input', async () => {
    const user = await stage.client();
    const body = '{"Detach":false}';
    user.send(
      `POST /exec/ab/start HTTP/1.1\r\nHost: x\r\n${upgrade}Transfer-Encoding: chunked\r\n\r\n9\r\n${body.slice(0, 9)}\r\n`,
    );
    user.send(`7;x=y\r\n${body.slice(9)}\r\n0\r\n\r\nstdin`);
    (await stage.engine.peer()).send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
    const daemon = await stage.engine.peer(1);
    daemon.send(switched);
    await daemon.has('stdin');
    expect(daemon.received).toMatch(/Content-Length: 16\r\n[^]*\r\n\r\n\{"Detach":false\}stdin$/);
    expect(daemon.received).not.toContain('chunked');
  });

  it('opens a session that was asked for before the answer to an earlier request had gone out', async () => {
    const user = await stage.client();
    user.send(`GET /containers/c1/top HTTP/1.1\r\nHost: x\r\n\r\n${attach}Content-Length: 0\r\n\r\n`);
    (await stage.engine.peer()).send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
    const daemon = await stage.engine.peer(1);
    daemon.send(switched);
    daemon.send('output');
    await user.has('output');
    expect(user.received).toContain(`{}${switched}output`);
  });

  it('reads no trailers without end behind the body of exec start', async () => {
    const user = await stage.client();
    user.send(`POST /exec/ab/start HTTP/1.1\r\nHost: x\r\n${upgrade}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`);
    user.send('A: b\r\n'.repeat(1_000));
    await user.has('not chunked');
    expect(user.received).toMatch(/^HTTP\/1.1 400 /);
  });

  it('takes over a connection without Upgrade when the engine leaves HTTP with a 200', async () => {
    const user = await stage.client();
    user.send(`${attach}Content-Length: 2\r\n\r\n{}`);
    const daemon = await stage.engine.peer();
    expect(daemon.received).toContain('Content-Length: 0\r\n');
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n';
    daemon.send(head);
    await user.has(head);
    user.send('typed');
    await daemon.has('typed');
    expect(daemon.received).toMatch(/\r\n\r\ntyped$/);
    user.socket.end();
    await until(
      () => daemon.isEnded,
      () => 'the half-close at the engine',
    );
    daemon.socket.end('output');
    await until(
      () => user.isClosed,
      () => 'the end of the output',
    );
    expect(user.received).toBe(`${head}output`);
  });

  it('relays a refusal of the engine as an ordinary answer and closes', async () => {
    const user = await stage.client();
    user.send(`${attach}${upgrade}Content-Length: 0\r\n\r\n`);
    const daemon = await stage.engine.peer();
    daemon.socket.end('HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{"message":"busy"}');
    await until(
      () => user.isEnded,
      () => 'the end of the answer',
    );
    expect(user.received).toContain('409 Conflict');
    expect(user.received).toMatch(/\{"message":"busy"\}$/);
    user.socket.end();
  });

  it('answers 404 for an unknown container on an upgrade request', async () => {
    await stage.reopen({}, []);
    const user = await stage.client();
    user.send(`${attach}${upgrade}Content-Length: 0\r\n\r\n`);
    await until(
      () => user.isEnded,
      () => 'the answer',
    );
    expect(user.received).toContain('HTTP/1.1 404 Not Found');
    expect(user.received).toContain('\r\n\r\nNo such container: c1');
    user.socket.end();
  });

  it('keeps what a slow reader has not taken at the engine', async () => {
    const { user, daemon } = await attached();
    user.socket.pause();
    const chunk = Buffer.alloc(1024 * 1024);
    let written = 0;
    while (written < 64 && daemon.socket.writableLength < 8 * chunk.length) {
      daemon.send(chunk);
      written += 1;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    expect(written).toBeLessThan(64);
    user.socket.resume();
    daemon.socket.end();
    await until(
      () => user.isEnded,
      () => 'all bytes',
    );
    expect(user.receivedBytes).toBe(switched.length + written * chunk.length);
  });
});
