import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labels } from '#contracts';
import { answerOf, idOf, TestFleet } from '../gateway.builders.ts';
import { policyFileIn, policyText } from './policy.builders.ts';

const [own, foreign] = ['aa', 'db'].map(idOf) as [string, string];
let fleet: TestFleet;
let commands: { readonly path: string; readonly body: string | undefined }[];
let daemonHeaders: string[];

/** Ways around a policy that others have had to close (users-and-peers.md, 5). */
describe('no way around the policy is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baleen-policy-'));

  beforeAll(async () => {
    commands = [];
    daemonHeaders = [];
    const limits = { containers: { users: 'non-root' } };
    const policy = policyFileIn(folder, policyText({ 'team-a': limits }));
    fleet = await TestFleet.open({ policy, bodyLimitBytes: '4096' });
    const engine = await fleet.node('node-1', {
      daemon: ({ headers }) => {
        daemonHeaders.push(...headers);
        return { body: '{}' };
      },
    });
    await fleet.container(engine, own, 'mine', { labels: { [labels.owner]: 'team-a' } });
    await fleet.container(engine, foreign, 'theirs', { labels: { [labels.owner]: 'team-b' } });
    await fleet.onEngine(engine, 'call', async ({ path, body }) => {
      commands.push({ path, body });
      return { answer: answerOf(204), sequence: await fleet.put('barrier.gateway-1', {}) };
    });
  });
  afterAll(async () => {
    await fleet.close();
    rmSync(folder, { recursive: true });
  });

  /** The target as it is written here: HTTP libraries would tidy it up. */
  function raw(method: string, path: string, headers: Record<string, string> = {}, body?: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request(
        { port: fleet.port, method, path, headers: { authorization: 'Bearer alice', ...headers } },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }

  it.each([
    '/v1.41/containers/theirs/json',
    '/containers/mine/../theirs/json',
    '/containers/mine%2f..%2ftheirs/json',
    '//containers/theirs/json',
    '/containers/./theirs/json',
    '/containers/%74heirs/json',
    '/containers/node-1%2Ftheirs/json',
    'http://other/containers/theirs/json',
  ])('a path: %s', async (path) => {
    fleet.asked.length = 0;
    expect([301, 400, 404]).toContain(await raw('GET', path));
    expect(fleet.asked).toEqual([]);
  });

  it.each(['0', '00', '0:0', '000:1000', '1000:0', 'root', '', '+1', '0x1', '1000:'])('a user of root: %j', async (User) => {
    const { status } = await fleet.askAs('alice', 'POST', '/containers/create', JSON.stringify({ Image: 'busybox', User }));
    expect(status).toBe(403);
  });

  it('an exec that is privileged, or another user’s', async () => {
    for (const body of [{ Privileged: true }, { User: '0' }, { HostConfig: {} }])
      expect((await fleet.askAs('alice', 'POST', '/containers/mine/exec', JSON.stringify({ Cmd: ['id'], ...body }))).status).toBe(
        403,
      );
  });

  it('a create by another door', async () => {
    const spec = JSON.stringify({ TaskTemplate: { ContainerSpec: { Image: 'busybox' } } });
    expect((await fleet.askAs('alice', 'POST', '/services/create', spec)).status).toBe(503);
    expect(
      (await fleet.askAs('alice', 'POST', '/plugins/create?name=x', 'x', { 'content-type': 'multipart/form-data; boundary=x' }))
        .status,
    ).toBe(400);
    await fleet.askAs('alice', 'POST', '/containers/mine/start', '{"Privileged":true}');
    expect(commands).toEqual([{ path: `/containers/${own}/start`, body: '' }]);
  });

  it('a body that is packed, too long, or said to be something else', async () => {
    const json = { 'content-type': 'application/json' };
    const packed = gzipSync('{"Image":"busybox"}');
    expect(await raw('POST', '/containers/create', { ...json, 'content-encoding': 'gzip' }, packed)).toBe(400);
    expect(await raw('POST', '/containers/create', json, Buffer.from(`{"Image":"${'x'.repeat(5_000)}"}`))).toBe(413);
    expect(await raw('POST', '/containers/create', { 'content-type': 'text/plain' }, Buffer.from('{}'))).toBe(400);
  });

  it.each([
    ['POST', '/images/registry.test%2Fteam-b%2Fapp/push', 403],
    ['POST', '/images/create?fromImage=registry.test/team-b/app', 403],
    ['POST', '/images/create?fromImage=busybox;fromImage=evil.test/x', 400],
    ['POST', '/images/create?fromSrc=-&repo=busybox', 403],
    ['POST', '/images/create?fromSrc=http%3A%2F%2F10.0.0.1%2Fx.tar', 403],
    ['POST', '/images/create?fromSrc=-&changes=LABEL%20io.baleen.owner%3Dteam-b', 403],
    ['POST', '/images/create?fromSrc=-&changes=LA%5C%0ABEL%20io.baleen.owner%3Dteam-b', 403],
    ['POST', '/images/create?fromSrc=-&changes=LA%5C&changes=BEL%20io.baleen.owner%3Dteam-b', 403],
    ['POST', '/images/create?fromSrc=-&changes=ENV%20a=b%0ALA%5C%0ABEL%20io.baleen.owner%3Dteam-b', 403],
    ['POST', '/images/create?fromSrc=-&changes=ENV%20a=%5C&changes=b', 403],
    ['POST', '/images/load', 403],
    ['POST', '/commit?container=mine&repo=busybox', 403],
    ['POST', '/commit?container=mine&changes=LABEL%20io.baleen.owner%3Dteam-b', 403],
    ['POST', '/commit?container=mine&changes=LA%5C&changes=BEL%20io.baleen.owner%3Dteam-b', 403],
    ['GET', '/distribution/10.0.0.1:5000%2Fx/json', 403],
    ['POST', '/build', 403],
    ['POST', '/session', 403],
    ['POST', '/grpc', 403],
    ['DELETE', '/containers/mine/alias?link=1', 403],
    ['GET', '/containers/mine/checkpoints?dir=/etc', 403],
    ['GET', '/v1.52/system/df', 400],
    ['GET', '/baleen/decisions/theirs', 404],
    ['POST', '/baleen/explain', 403],
  ])('a request for what is not the tenant’s: %s %s', async (method, path, status) => {
    expect(await raw(method, path)).toBe(status);
  });

  it('a registry of the tenant’s choice', async () => {
    const login = (serveraddress: string) =>
      fleet.askAs('alice', 'POST', '/auth', JSON.stringify({ username: 'a', password: 'b', serveraddress }));
    expect([(await login('http://10.0.0.1:6443/')).status, (await login('https://index.docker.io/v1/')).status]).toEqual([
      403, 200,
    ]);
  });

  it('the token, which no engine ever sees', async () => {
    daemonHeaders.length = 0;
    await fleet.askAs('alice', 'GET', '/containers/mine/top');
    await fleet.askAs('alice', 'GET', '/containers/mine/logs?stdout=1');
    await fleet.askAs('alice', 'GET', '/containers/mine/json');
    expect(daemonHeaders).toContain('host');
    expect(daemonHeaders.map((name) => name.toLowerCase())).not.toContain('authorization');
  });
});
