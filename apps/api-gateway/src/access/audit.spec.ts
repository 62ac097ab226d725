import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { answerOf, idOf, TestFleet } from '../gateway.builders.ts';
import { policyFile } from './policy.builders.ts';

let fleet: TestFleet;
let auditLog: string;

beforeEach(async () => {
  const policy = policyFile();
  auditLog = join(dirname(policy), 'audit.log');
  fleet = await TestFleet.open({ policy, auditLog, adminHosts: 'tcp://127.0.0.1:0' });
  const engine = await fleet.node('node-1');
  await fleet.grants(engine);
  await fleet.onEngine(engine, 'create', async () => {
    const sequence = await fleet.put('barrier.gateway-1', {});
    return { answer: answerOf(201, { Id: idOf('c1') }), container: idOf('c1'), sequence };
  });
});

async function lines(): Promise<Record<string, unknown>[]> {
  // The end of each test: resolves when all is written.
  await fleet.close();
  const text = readFileSync(auditLog, 'utf8').trim();
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the audit log', () => {
  it('has one line for each decision: who, what, where, why not and how long', async () => {
    await fleet.askAs('alice', 'POST', '/containers/create', '{"Image":"busybox"}');
    await fleet.askAs('alice', 'POST', '/containers/create', '{"Image":"busybox","HostConfig":{"Privileged":true}}');
    await fleet.askAs('wrong', 'GET', '/info');
    await fleet.askAs('anna', 'DELETE', '/containers/web');
    expect(await lines()).toEqual([
      expect.objectContaining({
        identity: 'alice',
        tenant: 'team-a',
        route: '/containers/create',
        allowed: true,
        status: 201,
        engine: expect.any(String),
        operation: expect.stringMatching(/^[0-9a-f]{32}$/),
        durationMs: expect.any(Number),
        gateway: 'gateway-1',
      }),
      expect.objectContaining({
        identity: 'alice',
        allowed: false,
        status: 403,
        reason: 'the policy refuses this: privileged containers (tenant’s containers.privileged)',
      }),
      expect.objectContaining({ identity: '', allowed: false, status: 401, route: '/info', from: '127.0.0.1' }),
      expect.objectContaining({ identity: 'anna', allowed: false, status: 403, object: { container: 'web' } }),
    ]);
  });

  it('keeps a caller’s text within its line', async () => {
    await fleet.askAs('alice', 'DELETE', `/containers/${encodeURIComponent('a\r\n{"allowed":true}')}`);
    const all = await lines();
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ object: { container: 'a\r\n{"allowed":true}' } });
  });

  it('has who joins and leaves a list of engines by its token, but not the token', async () => {
    const token = 'c4'.repeat(32);
    await fetch(`${fleet.adminUrl}/clusters/${token}`, { method: 'POST', body: '10.0.0.1:2375' });
    await fetch(`${fleet.adminUrl}/clusters/${token}/10.0.0.1:2375`, { method: 'DELETE' });
    await fetch(`${fleet.adminUrl}/clusters/${token}`);
    const all = await lines();
    expect(all.map(({ method, route, identity, from }) => [method, route, identity, from])).toEqual([
      ['POST', '/clusters/{token}', '', '127.0.0.1'],
      ['DELETE', '/clusters/{token}/{address}', '', '127.0.0.1'],
    ]);
    expect(JSON.stringify(all)).not.toContain(token);
  });

  it('leaves out allowed reads, and everything that could be a secret', async () => {
    await fleet.askAs('root', 'GET', '/containers/json');
    const secret = 'c4nary';
    const body = JSON.stringify({ Image: 'busybox', Env: [`PASSWORD=${secret}`], Labels: { l: secret }, Cmd: [secret] });
    await fleet.askAs('root', 'POST', `/containers/create?name=x&t=${secret}`, body, { 'x-registry-auth': secret });
    await fleet.askAs('alice', 'POST', '/containers/create', body.replace('"Cmd"', '"cmd"'));
    await fleet.askAs(secret, 'POST', '/containers/create', body);
    await fleet.askAs('alice', 'POST', '/containers/create', `{"Env":["${secret}"`);
    const all = await lines();
    expect(all).toHaveLength(4);
    expect(JSON.stringify(all)).not.toContain(secret);
  });
});
