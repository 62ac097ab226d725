import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { attachHead, describeSessions, patience, startHead, typed } from './relayed/session-stage.ts';
import { connectionsTo, maskedFrame } from './relayed/wire.ts';

const webSocket =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://x\r\n';
/** Longer than any time-out a server or client of HTTP has by default, and than the gateway's own for kept connections. */
const quietMs = process.env['BALEEN_LONG'] ? 130_000 : 2_000;

describeSessions('sessions, opened', 'sessions', (stage) => {
  it('attaches with the head of its version, carries input and its end, then the output that comes late', async () => {
    for (const version of ['', '/v1.41']) {
      const { bytes } = await stage().same(async (address) => {
        // Apart in time: the daemon copies each stream by itself, in no order.
        const id = await stage().create('-i', 'busybox', 'sh', '-c', 'cat; sleep 0.3; echo late; sleep 0.3; echo no >&2');
        const wire = await stage().send(attachHead(id, 'stream=1&stdin=1&stdout=1&stderr=1', version), address);
        await stage().answered(wire);
        await stage().engine.docker('start', id);
        wire.socket.end(typed);
        await stage().ended(wire);
        return wire;
      });
      expect(bytes.toString(), version).toContain('late\n');
    }
  });

  it('attaches without Upgrade on a kept-alive connection, with a body, and input after it', async () => {
    const id = await stage().create('-i', 'busybox', 'head', '-n1');
    const wire = await stage().send('GET /containers/nobody/changes HTTP/1.1\r\nHost: x\r\n\r\n');
    await stage().answered(wire);
    wire.send(
      `POST /containers/${id}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
    );
    await expect.poll(() => wire.bytes.toString(), patience).toContain('raw-stream');
    await stage().engine.docker('start', id);
    wire.send(typed);
    await stage().ended(wire);
    expect(wire.bytes.toString()).toMatch(/\r\n\r\n[^]*typed\n$/);
  });

  it('refuses as the engine does, before anything is switched', async () => {
    await stage().engine.docker('run', '-d', '--name', 'still', 'busybox', 'sleep', '1000');
    await stage().engine.docker('pause', 'still');
    for (const name of ['nobody', 'still']) {
      const answers = await Promise.all(
        [stage().engine.address, stage().gateway.address].map(async (address) => {
          const wire = await stage().send(attachHead(name, 'stream=1&stdout=1'), address);
          await stage().ended(wire);
          return [wire.head.split('\r\n')[0], /No such container|is paused/.exec(wire.bytes.toString())?.[0]];
        }),
      );
      expect(answers[1], name).toEqual(answers[0]);
    }
    await stage().engine.docker('rm', '-f', 'still');
  });

  it('leaves a terminal by its detach keys and the container running', async () => {
    const id = await stage().create('-it', 'busybox', 'cat');
    await stage().engine.docker('start', id);
    const wire = await stage().send(attachHead(id, 'stream=1&stdin=1&stdout=1&detachKeys=ctrl-a,q'));
    await stage().answered(wire);
    wire.send(typed);
    await expect.poll(() => wire.bytes.toString(), patience).toContain('typed\r\n');
    wire.send('\x01');
    // A keystroke of its own, as a hand types it.
    await sleep(50);
    wire.send('q');
    await stage().ended(wire);
    expect(await stage().engine.docker('inspect', '-f', '{{.State.Running}}', id)).toBe('true');
    await stage().engine.docker('rm', '-f', id);
  });

  it('carries the frames of a WebSocket both ways', async () => {
    const id = await stage().create('-i', 'busybox', 'head', '-n1');
    const wire = await stage().send(
      `GET /containers/${id}/attach/ws?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n${webSocket}\r\n`,
    );
    await stage().answered(wire);
    expect(wire.head).toContain('101 Switching Protocols');
    // The digest of the key in RFC 6455, section 1.3.
    expect(wire.head).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    await stage().engine.docker('start', id);
    wire.send(maskedFrame(typed));
    await expect.poll(() => wire.bytes.toString('latin1'), patience).toContain(typed);
    expect(wire.bytes[0]).toBe(0x82);
  });

  it('sends the head of a wait at once and its body at the end, under every condition', async () => {
    const waited = async (condition: string) => {
      const id = await stage().create('--rm', 'busybox', 'sh', '-c', 'sleep 1; exit 3');
      if (condition === 'not-running') await stage().engine.docker('start', id);
      const wire = await stage().send(
        `POST /containers/${id}/wait?condition=${condition} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`,
      );
      await stage().answered(wire);
      expect(wire.bytes.toString(), condition).not.toContain('StatusCode');
      if (condition !== 'not-running') await stage().engine.docker('start', id);
      await expect.poll(() => wire.bytes.toString(), patience).toContain('"StatusCode":3');
    };
    await Promise.all(['not-running', 'next-exit', 'removed'].map(waited));
  });

  it('serves fifty attached clients at once, each its own container’s output', async () => {
    const count = 50;
    const script = 'read line; echo $line; sleep 60';
    const id = await stage().create('-i', 'busybox', 'sh', '-c', script);
    const attach = attachHead(id, 'stream=1&stdin=1&stdout=1');
    const clients = await Promise.all(Array.from({ length: count }, () => stage().send(attach)));
    for (const client of clients) await stage().answered(client);
    await stage().engine.docker('start', id);
    clients[0]?.send(typed);
    for (const client of clients) await expect.poll(() => client.bytes.toString('latin1'), patience).toContain(typed);
    await stage().engine.docker('rm', '-f', id);
    for (const client of clients) await stage().ended(client);
  });

  it('leaves no connection at the engine when clients hang up', async () => {
    const before = connectionsTo(stage().engine.address);
    const id = await stage().exec({ Cmd: ['sleep', '300'], AttachStdout: true });
    const requests = [
      attachHead('up', 'stream=1&stdout=1'),
      `${startHead(id, 'Content-Length: 2')}{}`,
      ...[
        'GET /containers/up/logs?stdout=1&follow=1',
        'GET /containers/up/stats?stream=1',
        'POST /containers/up/wait',
        'GET /containers/up/export',
      ].map((line) => `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`),
    ];
    const opened = await Promise.all(requests.map((request) => stage().send(request)));
    for (const wire of opened) await stage().answered(wire);
    for (const wire of opened) wire.close();
    await expect.poll(() => connectionsTo(stage().engine.address) <= before, patience).toBe(true);
  });

  it('keeps a quiet session, quiet logs and a quiet wait open', async () => {
    const id = await stage().create('-i', 'busybox', 'sh', '-c', 'read line; echo $line');
    const after = 'GET /containers/nobody/changes HTTP/1.1\r\nHost: x\r\n\r\n';
    const requests = [
      attachHead(id, 'stream=1&stdin=1&stdout=1'),
      `GET /containers/${id}/logs?stdout=1&follow=1 HTTP/1.1\r\nHost: x\r\n\r\n`,
      `POST /containers/${id}/wait HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`,
    ];
    await stage().engine.docker('start', id);
    // Behind an answer on the same connection, where the limit for kept connections could strike.
    const quiet = await Promise.all(requests.map((request) => stage().send(after + request)));
    // The quiet is the subject.
    await sleep(quietMs);
    expect(quiet.map((wire) => wire.isEnded)).toEqual([false, false, false]);
    quiet[0]?.send(typed);
    await expect.poll(() => quiet[0]?.bytes.toString('latin1'), patience).toContain(typed);
    await expect.poll(() => quiet[1]?.bytes.toString('latin1'), patience).toContain(typed);
    await expect.poll(() => quiet[2]?.bytes.toString('latin1'), patience).toContain('"StatusCode":0');
  }, 200_000);
});
