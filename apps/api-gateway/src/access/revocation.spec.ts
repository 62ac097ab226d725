import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaleenError, labels } from '#contracts';
import { idOf, TestFleet } from '../gateway.builders.ts';
import { policyFile, policyText } from './policy.builders.ts';

/** Between looks at the file, two of which must find the same. */
const lookMs = 1_000;
/** For what happens at once, on a busy machine. */
const soon = { timeout: 5_000 };

let fleet: TestFleet;
let policy: string;
let auditLog: string;
beforeEach(async () => {
  policy = policyFile();
  auditLog = `${policy}.audit`;
  fleet = await TestFleet.open({ policy, auditLog, adminHosts: 'tcp://127.0.0.1:0' });
  const daemon = ({ path }: { path: string }) =>
    path.includes('/logs') ? { body: 'a line\n', isEndless: true } : path.startsWith('/exec/') ? exec(path) : undefined;
  const engine = await fleet.node('node-1', { daemon });
  await fleet.container(engine, idOf('aa'), 'mine', { labels: { [labels.owner]: 'team-a' } });
});
afterEach(() => fleet.close());

const exec = (path: string) =>
  path.endsWith('/json') ? { body: JSON.stringify({ ID: 'e', ContainerID: idOf('aa') }) } : { body: 'output', isEndless: true };

type Open = { readonly isOver: () => boolean; readonly end: () => void };

/** Resolves once the answer has begun. */
async function stream(token: string, path: string, base = `http://127.0.0.1:${fleet.port}`): Promise<Open> {
  const aborter = new AbortController();
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(base + path, { headers, signal: aborter.signal });
  expect(answer.status).toBe(200);
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  void answer.text().then(over, over);
  return { isOver: () => isOver, end: () => aborter.abort() };
}

/** A session: resolves once the engine has begun to speak. */
async function startExec(token: string): Promise<Open> {
  const socket = connect(fleet.port, '127.0.0.1');
  let isOver = false;
  socket.on('close', () => {
    isOver = true;
  });
  socket.on('error', () => undefined);
  const body = '{"Detach":false,"Tty":true}';
  const head = ['POST /exec/own/start HTTP/1.1', 'Host: x', `Authorization: Bearer ${token}`, 'Content-Type: application/json'];
  socket.write([...head, 'Connection: Upgrade', 'Upgrade: tcp', `Content-Length: ${body.length}`, '', body].join('\r\n'));
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await expect.poll(() => text).toContain('output');
  return { isOver: () => isOver, end: () => socket.destroy() };
}

type PolicyFile = { identities: Record<string, object>; tenants: Record<string, object> };

/** It is in force when this resolves. In two leaps, so that the gateway's lease is renewed between. */
async function change(edit: (policy: PolicyFile) => void): Promise<void> {
  const next = JSON.parse(policyText()) as PolicyFile;
  edit(next);
  writeFileSync(policy, JSON.stringify(next));
  for (let look = 1; look <= 2; look++) {
    fleet.clock.leap(lookMs);
    await setImmediate();
  }
}

const revoked = () =>
  readFileSync(auditLog, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"revoked"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('when the policy changes', () => {
  it('what runs of an identity that it no longer lets in ends, all else goes on', async () => {
    const open = [
      await stream('alice', '/containers/mine/logs?follow=1&stdout=1'),
      await stream('alice', '/events'),
      await stream('alice', '/baleen/dashboard/feed', fleet.adminUrl),
      await startExec('alice'),
    ];
    const others = [await stream('anna', '/events'), await stream('root', '/events'), await stream('bob', '/events')];
    await change(({ identities }) => delete identities['alice']);
    await expect.poll(() => open.map(({ isOver }) => isOver()), soon).toEqual([true, true, true, true]);
    expect(others.map(({ isOver }) => isOver())).toEqual([false, false, false]);
    await expect.poll(() => revoked(), soon).toHaveLength(4);
    expect(revoked()).toContainEqual(
      expect.objectContaining({
        identity: 'alice',
        route: '/exec/{id}/start',
        event: 'revoked',
        allowed: false,
        reason: 'the policy does not know this bearer token',
      }),
    );
    for (const { end } of others) end();
  });

  it('what an identity lacks the privilege for now ends, and what runs of a tenant whose row has changed, but for its quotas', async () => {
    const viewers = await stream('eyes', '/events');
    const [a, b] = [await stream('alice', '/events'), await stream('bob', '/events')];
    await change(({ identities, tenants }) => {
      identities['ops'] = { ...identities['ops'], role: 'viewer' };
      tenants['team-a'] = { ...tenants['team-a'], quotas: { containers: 1 } };
      tenants['team-b'] = { ...tenants['team-b'], containers: { privileged: true } };
    });
    await expect.poll(() => b.isOver(), soon).toBe(true);
    expect([viewers.isOver(), a.isOver()]).toEqual([false, false]);
    await expect.poll(() => revoked().map(({ reason }) => reason), soon).toEqual(['what the tenant team-b may do has changed']);
    const quotas: unknown[] = [];
    await fleet.onScheduler('place', ({ quota }) => {
      quotas.push(quota);
      throw new BaleenError('access/refused', 'the quota is reached');
    });
    expect((await fleet.askAs('alice', 'POST', '/containers/create', '{"Image":"busybox"}')).status).toBe(403);
    expect(quotas).toEqual([{ owner: 'team-a', containers: 1 }]);
    for (const { end } of [viewers, a]) end();
  });
});
