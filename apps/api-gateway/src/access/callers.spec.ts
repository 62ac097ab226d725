import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { idOf, TestFleet } from '../gateway.builders.ts';
import { client, until } from '../relay/raw-peers.builders.ts';
import { policyFile, policyText } from './policy.builders.ts';

let fleet: TestFleet;
let folder: string;
let asked: string[];

/** Whoever is at the machine is the admin. */
beforeEach(async () => {
  const policy = JSON.parse(policyText()) as { identities: Record<string, object> };
  const path = policyFile(
    JSON.stringify({ ...policy, identities: { ...policy.identities, desk: { role: 'admin', localSocket: true } } }),
  );
  folder = dirname(path);
  fleet = await TestFleet.open({ policy: path, auditLog: join(folder, 'audit.log') });
  asked = [];
  const engine = await fleet.node('node-1');
  await fleet.container(engine, idOf('aa'), 'web');
  await fleet.onEngine(engine, 'call', ({ path: target }) => {
    asked.push(target);
    throw new Error('nobody may ask this');
  });
});
afterEach(() => fleet.close());

const lines = () => readFileSync(join(folder, 'audit.log'), 'utf8').trim().split('\n');

it('takes nobody who resets a TCP connection for somebody on the unix socket', async () => {
  const socket = connect(fleet.port, '127.0.0.1');
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  const kill = 'POST /containers/web/kill HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n';
  await new Promise<void>((resolve) => socket.write(kill, () => resolve()));
  socket.resetAndDestroy();
  await until(
    () => readFileSync(join(folder, 'audit.log'), 'utf8').includes('\n'),
    () => 'a line in the audit log',
  );
  expect(lines().map((line) => JSON.parse(line) as object)).toMatchObject([{ identity: '', allowed: false, status: 401 }]);
  expect(asked).toEqual([]);
});

it('answers at once whom it does not know, and reads nothing more of what they send', async () => {
  const stranger = await client(fleet.port);
  stranger.send('POST /exec/x/start HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n');
  await stranger.has('\r\n\r\n');
  stranger.socket.destroy();
  expect(stranger.received).toContain('HTTP/1.1 401 ');
});
