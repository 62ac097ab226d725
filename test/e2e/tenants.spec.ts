import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Testbed } from '#testing';
import { bedOf } from './support/bed.ts';
import { type DockerCli, dockerCli } from './support/docker-cli.ts';
import { eventually } from './support/eventually.ts';
import { freePort } from './support/free-port.ts';
import { OtlpCollector } from './support/otlp-collector.ts';
import { type Outcome, run } from './support/run.ts';
import { Stack } from './support/stack.ts';

const program = fileURLToPath(new URL('../../bin/baleen', import.meta.url));
const upMaxMs = 30_000;
/** Stands in environments, registry credentials, build arguments and tokens; nowhere else may it be found afterwards. */
const canary = 'c4n4ry-5b1f';

type Who = 'root' | 'alice' | 'bob' | 'eyes';

describe('two tenants on one fleet of an old and a new engine', () => {
  let bed: Testbed;
  let folder: string;
  let stack: Stack;
  /** Takes the traces of every request. */
  let collector: OtlpCollector;
  let as: Record<Who, DockerCli>;
  let tokens: Record<Who, string>;
  let admin: string;
  const file = (name: string) => join(folder, name);

  const succeeds = ({ code, stdout, stderr }: Outcome): string => {
    expect(code, stderr).toBe(0);
    return stdout.trim();
  };
  const fails = ({ code, stderr }: Outcome): string => {
    expect(code).not.toBe(0);
    return stderr;
  };
  const ask = (who: Who, method: string, path: string, body?: object) =>
    fetch(`${stack.url()}${path}`, {
      method,
      headers: { authorization: `Bearer ${tokens[who]}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-tenants-'));
    ({ bed } = await bedOf('tenants', ['new', 'old']));
    const made = await Promise.all(
      (['root', 'alice', 'bob', 'eyes'] as const).map(async (who) => {
        const { stdout } = await run(program, ['policy', 'token', who], { cwd: '/', env: process.env });
        return {
          who,
          token: /^ {2}([0-9a-f]{64})$/m.exec(stdout)?.[1] ?? '',
          digest: /sha256:[0-9a-f]{64}/.exec(stdout)?.[0] ?? '',
        };
      }),
    );
    tokens = Object.fromEntries(made.map(({ who, token }) => [who, token])) as Record<Who, string>;
    const digest = (who: Who) => ({ tokens: made.filter((one) => one.who === who).map((one) => one.digest) });
    const images = { use: ['busybox'] };
    const policy = {
      identities: {
        root: { ...digest('root'), role: 'admin' },
        alice: { ...digest('alice'), role: 'operator', tenant: 'team-a' },
        bob: { ...digest('bob'), role: 'operator', tenant: 'team-b' },
        eyes: { ...digest('eyes'), role: 'viewer', tenant: 'team-a' },
      },
      tenants: {
        'team-a': {
          images: { ...images, own: ['registry.test/team-a/*'] },
          containers: { capabilities: ['NET_ADMIN'] },
          quotas: { containers: 4 },
        },
        'team-b': { images },
      },
    };
    writeFileSync(file('policy.json'), JSON.stringify(policy));
    admin = `tcp://127.0.0.1:${await freePort()}`;
    const flags = ['--policy', file('policy.json'), '--audit-log', file('audit.log'), '--audit-reads', '--admin', admin];
    const storage = ['--nats-storage', 'file', '--nats-dir', file('nats')];
    collector = await OtlpCollector.open();
    const env = { BALEEN_OTLP_ENDPOINT: collector.url, BALEEN_TRACE_RATIO: '1' };
    stack = await Stack.start({ discovery: bed.nodesArgument, flags: [...flags, ...storage], env });
    as = Object.fromEntries(
      made.map(({ who, token }) => {
        cpSync(bed.dockerConfig, file(`docker-${who}`), { recursive: true });
        writeFileSync(file(`docker-${who}/config.json`), JSON.stringify({ HttpHeaders: { Authorization: `Bearer ${token}` } }));
        return [who, dockerCli(stack.host(), file(`docker-${who}`))];
      }),
    ) as Record<Who, DockerCli>;
    await eventually('manage reports the fleet', upMaxMs, () => stack.stderr.includes('engines: 2 of 2 healthy') || undefined);
  });

  afterAll(async () => {
    await stack?.stop();
    collector?.close();
    await bed?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets nobody in who shows nothing, and says what to do', async () => {
    expect(fails(await dockerCli(stack.host(), bed.dockerConfig)('ps'))).toContain('use a client certificate or a bearer token');
    expect((await fetch(`${stack.url()}/_ping`)).status).toBe(200);
    const health = admin.replace('tcp', 'http');
    expect([(await fetch(`${health}/healthz`)).status, (await fetch(`${health}/metrics`)).status]).toEqual([200, 401]);
  });

  it('serves each as a host of its own: run, exec, logs, cp, volumes, networks, commit, prune, events', async () => {
    const { alice, bob } = as;
    // A network and a volume that one container wants must be on one node.
    const onNode = (generation: string) => ['--label', `com.docker.swarm.constraints=["generation==${generation}"]`];
    succeeds(await bob('network', 'create', ...onNode('old'), 'net-b'));
    succeeds(await bob('volume', 'create', ...onNode('old'), 'vol-b'));
    succeeds(
      await bob(
        'run',
        '-d',
        '--name',
        'db',
        '--network',
        'net-b',
        '-v',
        'vol-b:/data',
        '-e',
        `PASSWORD=${canary}`,
        'busybox',
        'sh',
        '-c',
        'echo $PASSWORD; sleep 600',
      ),
    );
    succeeds(await alice('network', 'create', ...onNode('new'), 'net-a'));
    succeeds(await alice('volume', 'create', ...onNode('new'), 'vol-a'));
    const since = Math.floor(Date.now() / 1_000);
    succeeds(
      await alice(
        'run',
        '-d',
        '--name',
        'web',
        '--network',
        'net-a',
        '-v',
        'vol-a:/data',
        '--cap-add',
        'NET_ADMIN',
        'busybox',
        'sleep',
        '600',
      ),
    );
    expect(succeeds(await alice('exec', 'web', 'echo', 'inside'))).toBe('inside');
    succeeds(await alice('cp', file('policy.json'), 'web:/copied'));
    succeeds(await alice('commit', 'web', 'registry.test/team-a/web:1'));
    expect(succeeds(await alice('run', '--rm', 'registry.test/team-a/web:1', 'ls', '/copied'))).toBe('/copied');
    succeeds(await alice('export', '-o', file('web.tar'), 'web'));
    succeeds(await alice('import', '-c', 'ENV A=b', file('web.tar'), 'registry.test/team-a/imported:1'));
    const owner = await alice(
      'image',
      'inspect',
      '-f',
      '{{index .Config.Labels "io.baleen.owner"}}',
      'registry.test/team-a/imported:1',
    );
    expect(succeeds(owner)).toBe('team-a');
    expect(succeeds(await alice('run', '--rm', 'registry.test/team-a/imported:1', 'sh', '-c', 'echo $A; ls /copied'))).toBe(
      'b\n/copied',
    );
    succeeds(await alice('rmi', 'registry.test/team-a/imported:1'));
    expect(succeeds(await alice('system', 'df', '--format', '{{.Type}} {{.TotalCount}}'))).toContain('Containers 1');
    expect(succeeds(await alice('ps', '-a', '--format', '{{.Names}}'))).toMatch(/^[\w-]+\/web$/);
    expect(succeeds(await alice('volume', 'ls', '-q'))).toBe('vol-a');
    expect(succeeds(await alice('network', 'ls', '--format', '{{.Name}}')).split('\n')).toEqual([
      'bridge',
      'host',
      'net-a',
      'none',
    ]);
    expect(
      succeeds(await alice('image', 'ls', '--format', '{{.Repository}}'))
        .split('\n')
        .toSorted(),
    ).toEqual(['busybox', 'registry.test/team-a/web']);
    expect(succeeds(await bob('image', 'ls', '--format', '{{.Repository}}'))).toBe('busybox');
    expect(succeeds(await alice('info', '--format', '{{.Containers}}'))).toBe('1');
    expect(succeeds(await as.root('info', '--format', '{{.Containers}}'))).toBe('2');
    succeeds(await bob('run', '--name', 'ended', 'busybox', 'true'));
    succeeds(await bob('container', 'prune', '-f'));
    succeeds(await alice('container', 'prune', '-f'));
    expect(succeeds(await as.root('ps', '-aq')).split('\n')).toHaveLength(2);
    const events = succeeds(
      await bob('events', '--since', String(since), '--until', String(Math.ceil(Date.now() / 1_000)), '--format', '{{json .}}'),
    );
    expect(events).toContain('"name":"ended"');
    expect(events).not.toMatch(/"web"|net-a|vol-a|team-a/);
  });

  it('keeps what is another’s out of reach, in whatever way it is named', async () => {
    const { alice } = as;
    const id = succeeds(await as.bob('inspect', '--format', '{{.Id}}', 'db'));
    const exec = ((await (await ask('bob', 'POST', `/containers/${id}/exec`, { Cmd: ['id'] })).json()) as { Id: string }).Id;
    const named = [id, id.slice(0, 12), 'db'].flatMap((name) => [
      ['inspect', name],
      ['logs', name],
      ['exec', name, 'id'],
      ['cp', `${name}:/etc/passwd`, '-'],
      ['stop', name],
      ['commit', name],
      ['run', '--rm', '--pid', `container:${name}`, 'busybox', 'ps'],
      ['run', '--rm', '--volumes-from', name, 'busybox', 'ls', '/data'],
    ]);
    const others = [
      ['run', '--rm', '-v', 'vol-b:/x', 'busybox', 'ls'],
      ['run', '--rm', '--network', 'net-b', 'busybox', 'ls'],
      ['network', 'connect', 'net-b', 'web'],
      ['volume', 'rm', 'vol-b'],
      ['volume', 'inspect', 'vol-b'],
    ];
    await Promise.all(
      [...named, ...others].map(async (args) =>
        expect(fails(await alice(...args)), args.join(' ')).toMatch(/no such|not found/i),
      ),
    );
    for (const [method, action] of [
      ['POST', 'start'],
      ['GET', 'json'],
      ['POST', 'resize?h=1&w=1'],
    ] as const)
      expect((await ask('alice', method, `/exec/${exec}/${action}`, method === 'POST' ? {} : undefined)).status).toBe(404);
    expect(fails(await alice('volume', 'create', 'vol-b'))).toContain('in use');
    expect(succeeds(await as.bob('exec', 'db', 'echo', 'alive'))).toBe('alive');
  });

  it('keeps containers within their engine’s walls', async () => {
    const refusedRuns = [
      ['--privileged'],
      ['--network', 'host'],
      ['--pid', 'host'],
      ['--ipc', 'host'],
      ['--uts', 'host'],
      ['--userns', 'host'],
      ['--device', '/dev/null'],
      ['--cap-add', 'SYS_ADMIN'],
      ['--security-opt', 'seccomp=unconfined'],
      ['--security-opt', 'systempaths=unconfined'],
      ['--cgroup-parent', '/'],
      ['--runtime', 'other'],
      ['-v', '/:/host'],
      ['-v', '/var/run/docker.sock:/s'],
      ['--mount', 'type=bind,src=/,dst=/host'],
      ['--mount', 'type=volume,src=vol-a,dst=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/'],
      ['--log-driver', 'syslog'],
      ['--label', 'io.baleen.owner=team-b'],
    ];
    await Promise.all(
      refusedRuns.map(async (flags) => {
        const said = fails(await as.alice('run', '--rm', ...flags, 'busybox', 'id'));
        expect(said, flags.join(' ')).toContain('the policy refuses this');
      }),
    );
    expect(fails(await as.alice('exec', '--privileged', 'web', 'id'))).toContain('the policy refuses this');
    expect(fails(await as.alice('volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', 'device=/', 'x'))).toContain(
      'the policy',
    );
    expect(fails(await as.alice('network', 'create', '-d', 'macvlan', 'x'))).toContain('the policy');
    expect(fails(await as.alice('pull', 'alpine/git'))).toContain('none of the tenant’s repositories');
    expect(fails(await as.alice('tag', 'busybox', 'busybox:mine'))).toContain('none of the tenant’s own');
    expect(fails(await as.alice('rmi', 'busybox'))).toContain('others may use it too');
    expect(fails(await as.alice('node', 'ls'))).toContain('the policy refuses this');
    const runs = ['q1', 'q2', 'q3', 'q4'].map((name) => as.alice('create', '--name', name, 'busybox'));
    expect((await Promise.all(runs)).filter(({ code }) => code === 0)).toHaveLength(3);
    succeeds(await as.alice('container', 'prune', '-f'));
  });

  it('shows a viewer what there is, and no environment, output or inside', async () => {
    expect(succeeds(await as.eyes('ps', '--format', '{{.Names}}'))).toContain('web');
    for (const args of [
      ['inspect', '--type', 'container', 'web'],
      ['logs', 'web'],
      ['exec', 'web', 'id'],
      ['rm', '-f', 'web'],
      ['export', 'web'],
    ])
      expect(fails(await as.eyes(...args)), args.join(' ')).toContain('lacks the privilege');
  });

  it('answers `baleen` with a token, and lets root see who did what', async () => {
    const nodes = await run(program, ['nodes', '-H', stack.host()], {
      cwd: '/',
      env: { ...process.env, BALEEN_TOKEN: tokens.root },
    });
    expect(succeeds(nodes).match(/healthy/g)).toHaveLength(2);
    const lines = readFileSync(file('audit.log'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ identity: 'alice', route: '/containers/create', allowed: true, operation: expect.any(String) }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ identity: 'eyes', allowed: false, object: { container: 'web' }, needs: 'write' }),
    );
    expect(statSync(file('audit.log')).mode & 0o777).toBe(0o600);
  });

  it('leaves no secret in logs, audit, errors, traces and the log stream', async () => {
    const auth = Buffer.from(JSON.stringify({ username: 'u', password: canary, serveraddress: 'registry.test' })).toString(
      'base64url',
    );
    const headers = { authorization: `Bearer ${canary}`, 'x-registry-auth': auth };
    const answers = await Promise.all([
      fetch(`${stack.url()}/containers/json`, { headers }),
      fetch(`${stack.url()}/images/create?fromImage=registry.test/team-a/none`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${tokens.alice}` },
      }),
      ask('alice', 'POST', '/containers/create', { Image: 'busybox', Env: [`A=${canary}`], HostConfig: { Privileged: canary } }),
      ask('alice', 'POST', '/build?buildargs=%7B%22A%22%3A%22' + canary + '%22%7D'),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    await eventually('the span of the refused create', upMaxMs, () =>
      collector.spans.some(({ name, attributes }) => name === 'POST /build' && attributes.length > 0) ? true : undefined,
    );
    const written = [
      ...texts,
      collector.text,
      stack.stderr,
      stack.stdout,
      readFileSync(file('audit.log'), 'latin1'),
      ...filesBelow(file('nats')),
    ];
    for (const secret of [canary, auth, ...Object.values(tokens)])
      expect(
        written.findIndex((text) => text.includes(secret)),
        `the text that has ${secret}`,
      ).toBe(-1);
  });
});

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}
