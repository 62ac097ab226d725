import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DaemonScript } from '../daemons/scripted-daemon.builders.ts';
import { idOf, TestFleet } from '../gateway.builders.ts';

const notManager = expect.stringMatching(/^This node is not a swarm manager\. Use "docker swarm init"/);
const asked: string[] = [];

/** A daemon that notes what it is asked, and has plugins of these names. */
function daemonWith(node: string, plugins: readonly string[]): DaemonScript {
  const row = (name: string) => ({ Id: `${node}-${name}`, Name: name, Enabled: true });
  return ({ method, path }) => {
    asked.push(`${node} ${method} ${path}`);
    if (path === '/plugins') return { body: JSON.stringify(plugins.map(row)) };
    const wanted = /^\/plugins\/(.+)\/json$/.exec(decodeURIComponent(path))?.[1];
    if (wanted !== undefined && plugins.includes(wanted)) return { body: JSON.stringify(row(wanted)) };
    if (path === '/auth') return { status: 401, body: '{"message":"incorrect username or password"}' };
    if (path.startsWith('/containers/')) return { body: JSON.stringify({ asked: path }) };
    return undefined;
  };
}

describe('what a fleet refuses or asks of any engine', () => {
  let fleet: TestFleet;
  beforeAll(async () => {
    fleet = await TestFleet.open();
    const first = await fleet.node('node-1', { daemon: daemonWith('node-1', ['vol:1', 'net:1']) });
    await fleet.node('node-2', { daemon: daemonWith('node-2', ['net:1', 'team/log:2']) });
    for (const [index, name] of ['con', 'v1', '1', 'json', 'create'].entries())
      await fleet.container(first, idOf(`a${index}`), name);
    await fleet.image(first, 'sha256:1', ['busybox:latest']);
  });
  afterAll(() => fleet.close());

  it.each([
    ['GET', '/swarm', 503, notManager],
    ['GET', '/services', 503, notManager],
    ['POST', '/secrets/create', 503, notManager],
    ['GET', '/configs/x', 503, notManager],
    ['GET', '/secrets?filters=x', 400, expect.stringMatching(/^invalid filters "x"/)],
    ['GET', '/tasks/x/logs', 503, notManager],
    ['GET', '/tasks/x/y', 404, 'page not found'],
    ['POST', '/swarm/leave', 503, 'This node is not part of a swarm'],
    ['POST', '/swarm/leave?force=%zz', 400, 'invalid URL escape "%zz"'],
    ['PUT', '/volumes/x', 503, 'volume update only valid for cluster volumes, but swarm is unavailable'],
    ['PUT', '/v1.41/volumes/x', 404, 'page not found'],
    ['POST', '/swarm/init', 501, expect.stringContaining('no Swarm mode')],
    ['POST', '/plugins/pull', 501, expect.stringContaining('does not change the plugins')],
    ['DELETE', '/plugins/a/b', 501, expect.stringContaining('does not change the plugins')],
    ['GET', '/images/busybox/attestations', 501, expect.stringContaining('busybox is on node-1 (API 1.51)')],
    ['GET', '/images/nope/attestations', 404, 'No such image: nope:latest'],
    [
      'POST',
      '/containers/con/rename?name=-bad-',
      400,
      'Error when allocating new name: Invalid container name (/-bad-), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    ],
    ['GET', '/plugins/x/json', 404, 'plugin "x" not found'],
    ['PUT', '/containers/json', 404, 'page not found'],
    ['GET', '/containers/json/', 404, 'page not found'],
    ['GET', '/debug/pprof/', 404, 'page not found'],
    ['POST', '/auth', 401, 'incorrect username or password'],
  ])('%s %s: %i', async (method, path, status, message) => {
    const answer = await fleet.ask(method, path);
    expect([answer.status, answer.json()]).toEqual([status, { message }]);
  });

  it('refuses an attach as engines do: in plain text under the type of its stream', async () => {
    const answer = await fetch(`http://127.0.0.1:${fleet.port}/containers/nobody/attach?stream=1`, { method: 'POST' });
    const type = answer.headers.get('content-type');
    expect([answer.status, type, await answer.text()]).toEqual([
      404,
      'application/vnd.docker.raw-stream',
      'No such container: nobody\r\n',
    ]);
  });

  it.each([
    ['/secrets/create', { Name: 1 }, 400, 'invalid JSON: Name: Invalid input: expected string, received number'],
    ['/secrets/create', { name: 1 }, 400, 'invalid JSON: Name: Invalid input: expected string, received number'],
    ['/configs/create', { Name: 'c', Data: '?' }, 400, 'invalid JSON: Data: Invalid base64-encoded string'],
    ['/swarm/update?version=x', {}, 400, "invalid swarm version 'x': give the version that an inspect shows"],
    ['/swarm/update?version=7', {}, 503, notManager],
    ['/services/create', { Name: 's' }, 503, notManager],
  ])('POST %s %j is read before it is refused: %i', async (path, body, status, message) => {
    const answer = await fleet.ask('POST', path, JSON.stringify(body));
    expect([answer.status, answer.json()]).toEqual([status, { message }]);
  });

  it.each([
    [{ NetworkMode: 'container:nobody' }, 'joining network namespace of container: No such container: nobody'],
    [{ PidMode: 'container:nobody' }, 'No such container: nobody'],
    [{ VolumesFrom: ['nobody:ro'] }, 'No such container: nobody'],
    [{ Links: ['/nobody:alias'] }, 'could not get container for /nobody: No such container: /nobody'],
  ])('refuses a container beside one that nobody has, in the words of an engine: %j', async (HostConfig, message) => {
    const answer = await fleet.ask('POST', '/containers/create', JSON.stringify({ Image: 'busybox', HostConfig }));
    expect([answer.status, answer.json()]).toEqual([400, { message }]);
  });

  it('removes by force what nobody has', async () => {
    expect((await fleet.ask('DELETE', '/volumes/nothing?force=1')).status).toBe(204);
    expect((await fleet.ask('DELETE', '/volumes/nothing?force=0')).status).toBe(404);
  });

  it('answers HEAD only where an engine does', async () => {
    expect((await fleet.ask('HEAD', '/containers/json')).status).toBe(404);
    const ping = await fleet.ask('HEAD', '/v1.44/_ping');
    const names = ['api-version', 'builder-version', 'docker-experimental', 'ostype', 'swarm', 'cache-control', 'pragma'];
    expect([ping.status, ping.headers.get('content-length'), ...names.map((name) => ping.headers.get(name))]).toEqual([
      200,
      '0',
      '1.51',
      '2',
      'false',
      'linux',
      'inactive',
      'no-cache, no-store, must-revalidate',
      'no-cache',
    ]);
  });

  it('sends a client with an unclean path to the clean one', async () => {
    const answer = await fetch(`http://127.0.0.1:${fleet.port}/v1.51//containers/json?all=1`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([301, '/v1.51/containers/json?all=1']);
  });

  it('lists the plugins of all engines, each once, and finds one on whichever engine has it', async () => {
    const plugins = await fleet.list('/plugins');
    expect(plugins.map((plugin) => plugin['Id'])).toEqual(['node-1-vol:1', 'node-1-net:1', 'node-2-team/log:2']);
    expect((await fleet.ask('GET', '/plugins/team%2Flog:2/json')).json()).toMatchObject({ Id: 'node-2-team/log:2' });
    expect((await fleet.ask('GET', '/plugins?filters={"colour":["red"]}')).json()).toEqual({
      message: "invalid filter 'colour'",
    });
  });

  it.each(['con', 'v1', '1', 'json', 'create'])('keeps a container called %s apart from the words of the path', async (name) => {
    for (const path of [`/containers/${name}/top`, `/v1.44/containers/%2F${name}/json`, `/containers/node-1%2F${name}/changes`])
      expect([path, (await fleet.ask('GET', path)).status]).toEqual([path, 200]);
  });

  it('leads checkpoints to the engine of the container', async () => {
    const answer = await fleet.ask('GET', '/containers/con/checkpoints?dir=x');
    expect(answer.json()).toEqual({ asked: '/containers/con/checkpoints?dir=x' });
  });
});

it('asks the next engine when one that seemed healthy cannot be reached', async () => {
  const fleet = await TestFleet.open();
  await fleet.deadNode('node-1');
  await fleet.node('node-2', { daemon: () => ({ body: '[{"name":"busybox"}]' }) });
  expect(await fleet.list('/images/search?term=busybox')).toEqual([{ name: 'busybox' }]);
  await fleet.close();
});

it('sends CORS headers and serves the profiler only when told to', async () => {
  const fleet = await TestFleet.open({ cors: 'true', debug: 'true' });
  await fleet.node('node-1');
  const answer = await fleet.ask('OPTIONS', '/anything');
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  expect((await fleet.ask('GET', '/_ping')).headers.get('access-control-allow-methods')).toBe(
    'GET, POST, DELETE, PUT, OPTIONS, HEAD',
  );
  expect((await fleet.ask('GET', '/v1.51/debug/pprof/')).text).toContain('profile?seconds=30');
  expect((await fleet.ask('GET', '/debug/pprof/profile?seconds=0')).json()).toEqual({
    message: 'seconds must be a whole number from 1 to 120, not "0"',
  });
  await fleet.close();
});
