import { describe, expect, it } from 'vitest';
import { parseDockerSocket, withDockerSocket } from './docker-socket.ts';

const fleet = { kind: 'address', dockerHost: 'tcp://fleet.example:2375' } as const;
const path = { kind: 'path', path: '/run/baleen/docker.sock' } as const;
const bytesOf = (body: unknown) => Buffer.from(JSON.stringify(body));
const sent = (body: unknown, socket: Parameters<typeof withDockerSocket>[1] = fleet, own: readonly string[] = []) =>
  JSON.parse(withDockerSocket(bytesOf(body), socket, new Set(own)).toString('utf8')) as Record<string, unknown>;

describe("a mount of Docker's socket", () => {
  it.each([
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/var/run//docker.sock',
    '/var/run/../run/docker.sock',
    '/run/user/1000/docker.sock',
  ])('becomes the address of the fleet (%s)', (source) => {
    const Binds = ['data:/data', `${source}:/var/run/docker.sock:ro`];
    expect(sent({ Image: 'ryuk', Env: ['A=1'], HostConfig: { Binds, Init: true } })).toEqual({
      Image: 'ryuk',
      Env: ['A=1', 'DOCKER_HOST=tcp://fleet.example:2375'],
      HostConfig: { Binds: ['data:/data'], Init: true },
    });
  });

  it('becomes the address in whichever form it is asked for', () => {
    const Mounts = [
      { Type: 'bind', Source: '/var/run/docker.sock', Target: '/var/run/docker.sock' },
      { Type: 'volume', Source: 'data', Target: '/data' },
    ];
    const lower = [{ type: 'bind', source: '/run/docker.sock', target: '/s' }];
    expect(sent({ HostConfig: { Mounts: lower } })).toMatchObject({ HostConfig: { Mounts: [] } });
    expect(sent({ hostconfig: { mounts: Mounts } })).toEqual({
      HostConfig: { Mounts: [Mounts[1]] },
      Env: ['DOCKER_HOST=tcp://fleet.example:2375'],
    });
  });

  it.each([
    [['DOCKER_HOST=tcp://other:1'], ['DOCKER_HOST=tcp://other:1']],
    [['DOCKER_HOST=unix:///var/run/docker.sock'], ['DOCKER_HOST=tcp://fleet.example:2375']],
    [['DOCKER_HOST='], ['DOCKER_HOST=tcp://fleet.example:2375']],
  ])('leaves the address that the user gave: %j', (Env, expected) => {
    expect(sent({ Env, HostConfig: { Binds: ['/var/run/docker.sock:/s'] } })['Env']).toEqual(expected);
  });

  it('becomes a mount of the path that leads to the fleet, which must exist', () => {
    expect(sent({ HostConfig: { Binds: ['/run/docker.sock:/var/run/docker.sock:ro,z'] } }, path)).toEqual({
      HostConfig: {
        Binds: [],
        Mounts: [{ Type: 'bind', Source: '/run/baleen/docker.sock', Target: '/var/run/docker.sock', ReadOnly: true }],
      },
    });
  });

  it("is recognised by the gateway's own socket too", () => {
    const body = { HostConfig: { Binds: ['/run/fleet.sock:/var/run/docker.sock'] } };
    expect(sent(body)).toEqual(body);
    expect(sent(body, fleet, ['/run/fleet.sock'])).toMatchObject({ HostConfig: { Binds: [] } });
  });

  it('is refused by name where the operator wants that', () => {
    const refusing = () => sent({ HostConfig: { Binds: ['/var/run/docker.sock:/s'] } }, { kind: 'refused' });
    expect(refusing).toThrow(expect.objectContaining({ code: 'request/forbidden' }));
    expect(refusing).toThrow('/var/run/docker.sock');
  });

  it.each([
    ['without one', fleet, { HostConfig: { Binds: ['/srv:/var/run/docker.sock', 'docker.sock:/run/docker.sock'] } }],
    ['of the engine', { kind: 'engine' } as const, { HostConfig: { Binds: ['/var/run/docker.sock:/s'] } }],
  ])('leaves the bytes of a create alone: %s', (_, socket, body) => {
    const bytes = bytesOf(body);
    expect(withDockerSocket(bytes, socket, new Set())).toBe(bytes);
  });
});

describe("the setting for Docker's socket", () => {
  it.each([
    ['engine', { kind: 'engine' }],
    ['refuse', { kind: 'refused' }],
    ['tcp://10.0.0.5:2375', { kind: 'address', dockerHost: 'tcp://10.0.0.5:2375' }],
    ['unix:///run/baleen.sock', { kind: 'path', path: '/run/baleen.sock' }],
  ])('takes %s', (text, expected) => {
    expect(parseDockerSocket(text)).toEqual(expected);
  });

  it.each([
    ['tcp://127.0.0.1:2375', 'the container itself'],
    ['tcp://0.0.0.0:2375', 'the container itself'],
    ['tcp://localhost:2375', 'the container itself'],
    ['tcp://host', 'is not engine, refuse,'],
    ['gateway', 'is not engine, refuse,'],
    ['', 'is not engine, refuse,'],
  ])('refuses %j', (text, complaint) => {
    expect(parseDockerSocket(text)).toEqual({ complaint: expect.stringContaining(complaint) });
  });
});
