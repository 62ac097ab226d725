import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { describeSessions, patience, startHead, typed } from './relayed/session-stage.ts';
import { ask } from './relayed/wire.ts';

describeSessions('execs, started', 'execs', (stage) => {
  it('start however the body comes: with the head, behind it, in chunks', async () => {
    const body = '{"Detach":false,"Tty":false}';
    const cut = 9;
    const ways: [string, string[]][] = [
      [`Content-Length: ${body.length}`, [body]],
      [`Content-Length: ${body.length}`, ['', body.slice(0, cut), body.slice(cut)]],
      ['Transfer-Encoding: chunked', [`9\r\n${body.slice(0, cut)}\r\n13\r\n${body.slice(cut)}\r\n0\r\n\r\n`]],
    ];
    for (const [framing, [first = '', ...later]] of ways) {
      const id = await stage().exec({ Cmd: ['cat'], AttachStdin: true, AttachStdout: true });
      const wire = await stage().send(startHead(id, framing) + first);
      for (const piece of later) {
        // A segment of its own for each.
        await sleep(30);
        wire.send(piece);
      }
      await stage().answered(wire);
      wire.socket.end(typed);
      await stage().ended(wire);
      expect([wire.head.split('\r\n')[0], wire.bytes.subarray(8).toString()]).toEqual(['HTTP/1.1 101 UPGRADED', typed]);
    }
  });

  it('keep user, environment, working folder, privilege, terminal and exit code', async () => {
    const script = 'echo $(id -u) $A $(pwd) $(test -t 0; echo $?); exit 5';
    const shape = { Cmd: ['sh', '-c', script], AttachStdout: true, User: '7', Env: ['A=b'], WorkingDir: '/etc' };
    const started = (body: object) => async (address: string) => {
      const wire = await stage().send(`${startHead(await stage().exec(body), 'Content-Length: 2')}{}`, address);
      await stage().ended(wire);
      return wire;
    };
    expect((await stage().same(started(shape))).bytes.subarray(8).toString()).toBe('7 b /etc 1\n');
    await stage().same(started({ ...shape, Privileged: true }));
    const id = await stage().exec({ ...shape, Tty: true });
    const terminal = await stage().send(`${startHead(id, 'Content-Length: 12')}{"Tty":true}`);
    await stage().ended(terminal);
    expect(terminal.bytes.toString()).toBe('7 b /etc 0\r\n');
    const { body } = await ask(stage().gateway.address, { method: 'GET', path: `/exec/${id}/json` });
    expect(JSON.parse(body.toString())).toMatchObject({ ExitCode: 5, Running: false });
  });

  it('run detached, and have their terminal resized while they run', async () => {
    const headers = { 'content-type': 'application/json' };
    const path = `/exec/${await stage().exec({ Cmd: ['touch', '/marked'] })}/start`;
    const { status } = await ask(stage().gateway.address, { method: 'POST', path, headers, body: '{"Detach":true}' });
    expect(status).toBe(200);
    await expect.poll(() => stage().engine.docker('exec', 'up', 'ls', '/'), patience).toContain('marked');
    const script = 'while [ "$(stty size)" != "33 77" ]; do sleep 0.1; done';
    const id = await stage().exec({ Cmd: ['sh', '-c', script], AttachStdout: true, Tty: true });
    const wire = await stage().send(`${startHead(id, 'Content-Length: 12')}{"Tty":true}`);
    await stage().answered(wire);
    const resized = await ask(stage().gateway.address, { method: 'POST', path: `/exec/${id}/resize?h=33&w=77` });
    expect(resized.status).toBe(200);
    await stage().ended(wire);
  });
});
