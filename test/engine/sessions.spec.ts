import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Generation, Testbed, type TestEngine, whyNoEngines } from '#testing';
import { engineTarget, openTinyGateway, type TinyGateway } from '../../apps/api-gateway/src/relay/tiny-gateway.builders.ts';
import { windows } from './support/relayed-api.ts';
import { ask, connectionsTo, headOf, maskedFrame, Wire } from './support/wire.ts';

const upgrade = 'Connection: Upgrade\r\nUpgrade: tcp\r\n';
const webSocket =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://x\r\n';
const typed = 'typed\n';
/** An engine under load takes seconds to start a process. */
const patience = { timeout: 30_000, interval: 20 };
/** Longer than any time-out a server or client of HTTP has by default, and than the gateway's own for kept connections. */
const quietMs = process.env['BALEEN_LONG'] ? 130_000 : 2_000;

describe.skipIf(whyNoEngines() !== undefined)('sessions, opened at the engine and through the gateway', () => {
  let bed: Testbed;
  beforeAll(async () => {
    bed = await Testbed.open('sessions');
  });
  afterAll(() => bed?.close());

  describe.each<Generation>(['old', 'new'])('%s', (generation) => {
    let engine: TestEngine;
    let gateway: TinyGateway;
    const wires: Wire[] = [];
    beforeAll(async () => {
      engine = await bed.engine({ generation });
      await engine.image();
      gateway = await openTinyGateway([engineTarget(engine.address, { node: engine.name, ...windows[generation] })]);
      await engine.docker('run', '-d', '--name', 'up', 'busybox', 'sleep', '1000');
    });
    afterEach(() => {
      for (const wire of wires.splice(0)) wire.close();
    });
    afterAll(() => gateway?.close());

    const sides = () => [engine.address, gateway.address];
    const open = async (address: string, request: string): Promise<Wire> => {
      const wire = await Wire.open(address);
      wires.push(wire);
      wire.send(request);
      return wire;
    };
    const answered = async (wire: Wire) => {
      await expect.poll(() => wire.head, patience).not.toBe('');
    };
    const ended = async (wire: Wire) => {
      await expect.poll(() => wire.isEnded, patience).toBe(true);
    };
    /** The same on both sides: heads and bytes. */
    const same = async (session: (address: string) => Promise<Wire>): Promise<Wire> => {
      const [direct, through] = [await session(engine.address), await session(gateway.address)] as const;
      expect({ head: headOf(through), bytes: through.bytes.toString('latin1') }).toEqual({
        head: headOf(direct),
        bytes: direct.bytes.toString('latin1'),
      });
      return through;
    };
    const exec = async (body: object): Promise<string> => {
      const path = '/containers/up/exec';
      const headers = { 'content-type': 'application/json' };
      const made = await ask(gateway.address, { method: 'POST', path, headers, body: JSON.stringify(body) });
      expect(made.status).toBe(201);
      return (JSON.parse(made.body.toString()) as { Id: string }).Id;
    };
    const startHead = (id: string, framing: string) =>
      `POST /exec/${id}/start HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${upgrade}${framing}\r\n\r\n`;
    const made = async (...args: string[]): Promise<string> => engine.docker('create', ...args);

    it('attaches with the head of its version, carries input and its end, then the output that comes late', async () => {
      for (const version of ['', '/v1.41']) {
        const { bytes } = await same(async (address) => {
          const id = await made('-i', 'busybox', 'sh', '-c', 'cat; sleep 0.3; echo late; echo no >&2');
          const path = `${version}/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
          const wire = await open(address, `POST ${path} HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 0\r\n\r\n`);
          await answered(wire);
          await engine.docker('start', id);
          wire.socket.end(typed);
          await ended(wire);
          return wire;
        });
        expect(bytes.toString(), version).toContain('late\n');
      }
    });

    it('attaches without Upgrade on a kept-alive connection, with a body, and input after it', async () => {
      const id = await made('-i', 'busybox', 'head', '-n1');
      const wire = await open(gateway.address, 'GET /containers/nobody/changes HTTP/1.1\r\nHost: x\r\n\r\n');
      await answered(wire);
      wire.send(
        `POST /containers/${id}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`,
      );
      await expect.poll(() => wire.bytes.toString(), patience).toContain('raw-stream');
      await engine.docker('start', id);
      wire.send(typed);
      await ended(wire);
      expect(wire.bytes.toString()).toMatch(/\r\n\r\n[^]*typed\n$/);
    });

    it('refuses as the engine does, before anything is switched', async () => {
      await engine.docker('run', '-d', '--name', 'still', 'busybox', 'sleep', '1000');
      await engine.docker('pause', 'still');
      for (const name of ['nobody', 'still']) {
        const path = `/containers/${name}/attach?stream=1&stdout=1`;
        const answers = await Promise.all(
          sides().map(async (address) => {
            const wire = await open(address, `POST ${path} HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 0\r\n\r\n`);
            await ended(wire);
            return [wire.head.split('\r\n')[0], /No such container|is paused/.exec(wire.bytes.toString())?.[0]];
          }),
        );
        expect(answers[1], name).toEqual(answers[0]);
      }
      await engine.docker('rm', '-f', 'still');
    });

    it('leaves a terminal by its detach keys and the container running', async () => {
      const id = await made('-it', 'busybox', 'cat');
      await engine.docker('start', id);
      const wire = await open(
        gateway.address,
        `POST /containers/${id}/attach?stream=1&stdin=1&stdout=1&detachKeys=ctrl-a,q HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 0\r\n\r\n`,
      );
      await answered(wire);
      wire.send(typed);
      await expect.poll(() => wire.bytes.toString(), patience).toContain('typed\r\n');
      wire.send('\x01');
      await sleep(50);
      wire.send('q');
      await ended(wire);
      expect(await engine.docker('inspect', '-f', '{{.State.Running}}', id)).toBe('true');
      await engine.docker('rm', '-f', id);
    });

    it('starts an exec however its body comes: with the head, behind it, in chunks', async () => {
      const body = '{"Detach":false,"Tty":false}';
      const cut = 9;
      const ways: [string, string[]][] = [
        [`Content-Length: ${body.length}`, [body]],
        [`Content-Length: ${body.length}`, ['', body.slice(0, cut), body.slice(cut)]],
        ['Transfer-Encoding: chunked', [`9\r\n${body.slice(0, cut)}\r\n13\r\n${body.slice(cut)}\r\n0\r\n\r\n`]],
      ];
      for (const [framing, [first = '', ...later]] of ways) {
        const id = await exec({ Cmd: ['cat'], AttachStdin: true, AttachStdout: true });
        const wire = await open(gateway.address, startHead(id, framing) + first);
        for (const piece of later) {
          await sleep(30);
          wire.send(piece);
        }
        await answered(wire);
        wire.socket.end(typed);
        await ended(wire);
        expect([wire.head.split('\r\n')[0], wire.bytes.subarray(8).toString()]).toEqual(['HTTP/1.1 101 UPGRADED', typed]);
      }
    });

    it('keeps user, environment, working folder, privilege and terminal of an exec, and its exit code', async () => {
      const script = 'echo $(id -u) $A $(pwd) $(test -t 0; echo $?); exit 5';
      const shape = { Cmd: ['sh', '-c', script], AttachStdout: true, User: '7', Env: ['A=b'], WorkingDir: '/etc' };
      const started = (body: object) => async (address: string) => {
        const wire = await open(address, `${startHead(await exec(body), 'Content-Length: 2')}{}`);
        await ended(wire);
        return wire;
      };
      expect((await same(started(shape))).bytes.subarray(8).toString()).toBe('7 b /etc 1\n');
      await same(started({ ...shape, Privileged: true }));
      const id = await exec({ ...shape, Tty: true });
      const terminal = await open(gateway.address, `${startHead(id, 'Content-Length: 12')}{"Tty":true}`);
      await ended(terminal);
      expect(terminal.bytes.toString()).toBe('7 b /etc 0\r\n');
      const { body } = await ask(gateway.address, { method: 'GET', path: `/exec/${id}/json` });
      expect(JSON.parse(body.toString())).toMatchObject({ ExitCode: 5, Running: false });
    });

    it('runs a detached exec, and resizes a terminal while it runs', async () => {
      const headers = { 'content-type': 'application/json' };
      const detached = await exec({ Cmd: ['touch', '/marked'] });
      const { status } = await ask(gateway.address, {
        method: 'POST',
        path: `/exec/${detached}/start`,
        headers,
        body: '{"Detach":true}',
      });
      expect(status).toBe(200);
      await expect.poll(() => engine.docker('exec', 'up', 'ls', '/'), patience).toContain('marked');
      const id = await exec({
        Cmd: ['sh', '-c', 'while [ "$(stty size)" != "33 77" ]; do sleep 0.1; done'],
        AttachStdout: true,
        Tty: true,
      });
      const wire = await open(gateway.address, `${startHead(id, 'Content-Length: 12')}{"Tty":true}`);
      await answered(wire);
      expect((await ask(gateway.address, { method: 'POST', path: `/exec/${id}/resize?h=33&w=77` })).status).toBe(200);
      await ended(wire);
    });

    it('carries the frames of a WebSocket both ways', async () => {
      const id = await made('-i', 'busybox', 'head', '-n1');
      const wire = await open(
        gateway.address,
        `GET /containers/${id}/attach/ws?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n${webSocket}\r\n`,
      );
      await answered(wire);
      expect(wire.head).toContain('101 Switching Protocols');
      // The digest of the key in RFC 6455, section 1.3.
      expect(wire.head).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
      await engine.docker('start', id);
      wire.send(maskedFrame(typed));
      await expect.poll(() => wire.bytes.toString('latin1'), patience).toContain(typed);
      expect(wire.bytes[0]).toBe(0x82);
    });

    it('sends the head of a wait at once and its body at the end, under every condition', async () => {
      for (const condition of ['not-running', 'next-exit', 'removed']) {
        const id = await made('--rm', 'busybox', 'sh', '-c', 'sleep 0.5; exit 3');
        if (condition === 'not-running') await engine.docker('start', id);
        const wire = await open(
          gateway.address,
          `POST /containers/${id}/wait?condition=${condition} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`,
        );
        await answered(wire);
        expect(wire.bytes.toString(), condition).not.toContain('StatusCode');
        if (condition !== 'not-running') await engine.docker('start', id);
        await expect.poll(() => wire.bytes.toString(), patience).toContain('"StatusCode":3');
      }
    });

    it('serves fifty attached clients at once, each its own container’s output', async () => {
      const count = 50;
      const script = 'read line; echo $line; sleep 60';
      const id = await made('-i', 'busybox', 'sh', '-c', script);
      const attach = `POST /containers/${id}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 0\r\n\r\n`;
      const clients = await Promise.all(Array.from({ length: count }, () => open(gateway.address, attach)));
      for (const client of clients) await answered(client);
      await engine.docker('start', id);
      clients[0]?.send(typed);
      for (const client of clients) await expect.poll(() => client.bytes.toString('latin1'), patience).toContain(typed);
      await engine.docker('rm', '-f', id);
      for (const client of clients) await ended(client);
    });

    it('leaves no connection at the engine when clients hang up', async () => {
      const before = connectionsTo(engine.address);
      const id = await exec({ Cmd: ['sleep', '300'], AttachStdout: true });
      const requests = [
        `POST /containers/up/attach?stream=1&stdout=1 HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 0\r\n\r\n`,
        `${startHead(id, 'Content-Length: 2')}{}`,
        ...[
          'GET /containers/up/logs?stdout=1&follow=1',
          'GET /containers/up/stats?stream=1',
          'POST /containers/up/wait',
          'GET /containers/up/export',
        ].map((line) => `${line} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`),
      ];
      const opened = await Promise.all(requests.map((request) => open(gateway.address, request)));
      for (const wire of opened) await answered(wire);
      for (const wire of opened) wire.close();
      await expect.poll(() => connectionsTo(engine.address) <= before, patience).toBe(true);
    });

    it('keeps a quiet session, quiet logs and a quiet wait open', async () => {
      const id = await made('-i', 'busybox', 'sh', '-c', 'read line; echo $line');
      const after = 'GET /containers/nobody/changes HTTP/1.1\r\nHost: x\r\n\r\n';
      const requests = [
        `POST /containers/${id}/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: x\r\n${upgrade}Content-Length: 0\r\n\r\n`,
        `GET /containers/${id}/logs?stdout=1&follow=1 HTTP/1.1\r\nHost: x\r\n\r\n`,
        `POST /containers/${id}/wait HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`,
      ];
      await engine.docker('start', id);
      // Behind an answer on the same connection, where the limit for kept connections could strike.
      const quiet = await Promise.all(requests.map((request) => open(gateway.address, after + request)));
      await sleep(quietMs);
      expect(quiet.map((wire) => wire.isEnded)).toEqual([false, false, false]);
      quiet[0]?.send(typed);
      await expect.poll(() => quiet[0]?.bytes.toString('latin1'), patience).toContain(typed);
      await expect.poll(() => quiet[1]?.bytes.toString('latin1'), patience).toContain(typed);
      await expect.poll(() => quiet[2]?.bytes.toString('latin1'), patience).toContain('"StatusCode":0');
    }, 200_000);
  });
});
