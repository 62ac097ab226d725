import { statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withComposeProject } from '../clients/compose-project.ts';
import { type DockerCli, dockerCli } from '../clients/docker-cli.ts';
import { type Outcome, run } from '../clients/run.ts';
import { eventually } from '../eventually.ts';
import { reachesForContainer, reachesForOthers, usualFlags, waysOut } from './attempts.ts';
import { program, TwoTenants, type Who } from './two-tenants.ts';

const tracedMaxMs = 30_000;
/** Stands in environments, registry credentials, build arguments and tokens; nowhere else may it be found afterwards. */
const canary = 'c4n4ry-5b1f';

const succeeds = ({ code, stdout, stderr }: Outcome): string => {
  expect(code, stderr).toBe(0);
  return stdout.trim();
};
const fails = ({ code, stderr }: Outcome): string => {
  expect(code).not.toBe(0);
  return stderr;
};
/** A command without a space within an argument. */
const words = (text: string) => text.split(' ');

describe('two tenants on one fleet of an old and a new engine', () => {
  let tenants: TwoTenants;
  let as: Record<Who, DockerCli>;

  beforeAll(async () => {
    tenants = await TwoTenants.open();
    ({ as } = tenants);
  });
  afterAll(() => tenants?.close());

  it('lets nobody in who shows nothing, and says what to do', async () => {
    const { stack, bed, adminUrl } = tenants;
    expect(fails(await dockerCli(stack.host(), bed.dockerConfig)('ps'))).toContain('use a client certificate or a bearer token');
    expect((await fetch(`${stack.url()}/_ping`)).status).toBe(200);
    expect([(await fetch(`${adminUrl}/healthz`)).status, (await fetch(`${adminUrl}/metrics`)).status]).toEqual([200, 401]);
  });

  it('serves each as a host of its own: run, exec, logs, cp, volumes, networks, commit, prune, events', async () => {
    const { alice, bob } = as;
    // A network and a volume that one container wants must be on one node.
    const onNode = (generation: string) => ['--label', `com.docker.swarm.constraints=["generation==${generation}"]`];
    succeeds(await bob('network', 'create', ...onNode('old'), 'net-b'));
    succeeds(await bob('volume', 'create', ...onNode('old'), 'vol-b'));
    const secret = ['-e', `PASSWORD=${canary}`, 'busybox', 'sh', '-c', 'echo $PASSWORD; sleep 600'];
    succeeds(await bob(...words('run -d --name db --network net-b -v vol-b:/data'), ...secret));
    succeeds(await alice('network', 'create', ...onNode('new'), 'net-a'));
    succeeds(await alice('volume', 'create', ...onNode('new'), 'vol-a'));
    const since = Math.floor(Date.now() / 1_000);
    succeeds(await alice(...words('run -d --name web --network net-a -v vol-a:/data --cap-add NET_ADMIN busybox sleep 600')));
    expect(succeeds(await alice('exec', 'web', 'echo', 'inside'))).toBe('inside');
    succeeds(await alice('cp', tenants.file('policy.json'), 'web:/copied'));
    succeeds(await alice('commit', 'web', 'registry.test/team-a/web:1'));
    expect(succeeds(await alice('run', '--rm', 'registry.test/team-a/web:1', 'ls', '/copied'))).toBe('/copied');
    for (const generation of ['new', 'old'])
      expect(
        succeeds(
          await bob(
            'run',
            '--rm',
            '-e',
            `constraint:generation==${generation}`,
            ...words(usualFlags),
            'busybox',
            '/etc/hostname',
          ),
        ),
      ).toBe('h');
    succeeds(await alice('export', '-o', tenants.file('web.tar'), 'web'));
    succeeds(await alice('import', '-c', 'ENV A=b', tenants.file('web.tar'), 'registry.test/team-a/imported:1'));
    const ownerLabel = '{{index .Config.Labels "io.baleen.owner"}}';
    const owner = await alice('image', 'inspect', '-f', ownerLabel, 'registry.test/team-a/imported:1');
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

  it('gives each the volumes without a name that its containers bring along, and takes them back', async () => {
    const { alice, bob, root } = as;
    const change = ['--change', 'VOLUME /declared', '--change', 'CMD ["sleep","600"]'];
    succeeds(await alice('commit', ...change, 'web', 'registry.test/team-a/declares:1'));
    const nameless = async (who: DockerCli) => succeeds(await who('volume', 'ls', '-q', '--filter', 'dangling=false'));
    const before = await nameless(alice);
    for (const generation of ['new', 'old']) {
      const run = ['run', '-d', '--name', 'brings', '-e', `constraint:generation==${generation}`, '-v', '/asked'];
      succeeds(await alice(...run, 'registry.test/team-a/declares:1'));
      const mounts = succeeds(await alice('inspect', '-f', '{{range .Mounts}}{{.Name}} {{.Destination}},{{end}}', 'brings'));
      const names = [...mounts.matchAll(/([0-9a-f]{64}) (\/asked|\/declared),/g)].map(([, name = '']) => name);
      expect([new Set(names).size, mounts.split(',').length - 1], mounts).toEqual([2, 2]);
      expect((await nameless(alice)).split('\n').toSorted()).toEqual([...before.split('\n'), ...names].toSorted());
      for (const name of names) {
        expect(await nameless(bob)).not.toContain(name);
        expect(fails(await bob('volume', 'rm', name))).toMatch(/no such volume/i);
      }
      succeeds(await alice('rm', '-f', '-v', 'brings'));
      expect(await nameless(alice)).toBe(before);
      expect(succeeds(await root('volume', 'ls', '-q'))).not.toMatch(new RegExp(names.join('|')));
    }
    succeeds(await alice('run', '--name', 'leaves', '-v', '/asked', 'busybox', 'true'));
    succeeds(await alice('rm', 'leaves'));
    expect(succeeds(await alice('volume', 'prune', '-f'))).toMatch(/^[0-9a-f]{64}$/m);
    succeeds(await alice('rmi', 'registry.test/team-a/declares:1'));
  });

  it('runs a compose project as ever', async () => {
    const service = 'image: busybox\n    command: sleep 300\n    stop_grace_period: 0s';
    const project = `services:
  web:
    ${service}
    depends_on: { db: { condition: service_healthy } }
    ports: ['127.0.0.1::80']
    tmpfs: /t
    ulimits: { nofile: 1024 }
    deploy: { resources: { limits: { memory: 64M, cpus: '0.5', pids: 50 } } }
  db:
    ${service}
    volumes: ['rows:/rows', '/scratch']
    healthcheck: { test: 'true', interval: 1s }
volumes: { rows: {} }
`;
    await withComposeProject(as.bob, 'shop', project, async (compose) => {
      await compose('up', '-d');
      expect((await compose('ps', '--format', '{{.Service}}')).trim().split('\n').toSorted()).toEqual(['db', 'web']);
      expect(succeeds(await as.alice('ps', '-aq', '--filter', 'label=com.docker.compose.project=shop'))).toBe('');
      await compose('down', '-v', '-t', '0');
    });
  });

  it('keeps what is another’s out of reach, in whatever way it is named', async () => {
    const { alice } = as;
    const id = succeeds(await as.bob('inspect', '--format', '{{.Id}}', 'db'));
    const exec = ((await (await tenants.ask('bob', 'POST', `/containers/${id}/exec`, { Cmd: ['id'] })).json()) as { Id: string })
      .Id;
    const named = reachesForContainer([id, id.slice(0, 12), 'db']);
    await Promise.all(
      [...named, ...reachesForOthers].map(async (args) =>
        expect(fails(await alice(...args)), args.join(' ')).toMatch(/no such|not found/i),
      ),
    );
    for (const [method, action] of [
      ['POST', 'start'],
      ['GET', 'json'],
      ['POST', 'resize?h=1&w=1'],
    ] as const)
      expect((await tenants.ask('alice', method, `/exec/${exec}/${action}`, method === 'POST' ? {} : undefined)).status).toBe(
        404,
      );
    expect(fails(await alice('volume', 'create', 'vol-b'))).toContain('in use');
    expect(succeeds(await as.bob('exec', 'db', 'echo', 'alive'))).toBe('alive');
  });

  it('keeps containers within their engine’s walls', async () => {
    await Promise.all(
      waysOut.map(async (flags) => {
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
    const env = { ...process.env, BALEEN_TOKEN: tenants.tokens.root };
    const nodes = await run(program, ['nodes', '-H', tenants.stack.host()], { cwd: '/', env });
    expect(succeeds(nodes).match(/healthy/g)).toHaveLength(2);
    const lines = tenants.audit();
    expect(lines).toContainEqual(
      expect.objectContaining({ identity: 'alice', route: '/containers/create', allowed: true, operation: expect.any(String) }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ identity: 'eyes', allowed: false, object: { container: 'web' }, needs: 'write' }),
    );
    expect(statSync(tenants.file('audit.log')).mode & 0o777).toBe(0o600);
  });

  it('leaves no secret in logs, audit, errors, traces and the log stream', async () => {
    const auth = Buffer.from(JSON.stringify({ username: 'u', password: canary, serveraddress: 'registry.test' })).toString(
      'base64url',
    );
    const headers = { authorization: `Bearer ${canary}`, 'x-registry-auth': auth };
    const { stack, tokens, collector } = tenants;
    const answers = await Promise.all([
      fetch(`${stack.url()}/containers/json`, { headers }),
      fetch(`${stack.url()}/images/create?fromImage=registry.test/team-a/none`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${tokens.alice}` },
      }),
      tenants.ask('alice', 'POST', '/containers/create', {
        Image: 'busybox',
        Env: [`A=${canary}`],
        HostConfig: { Privileged: canary },
      }),
      tenants.ask('alice', 'POST', '/build?buildargs=%7B%22A%22%3A%22' + canary + '%22%7D'),
    ]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    await eventually('the span of the refused create', tracedMaxMs, () =>
      collector.spans.some(({ name, attributes }) => name === 'POST /build' && attributes.length > 0) ? true : undefined,
    );
    const written = [...texts, ...tenants.written()];
    for (const secret of [canary, auth, ...Object.values(tokens)])
      expect(
        written.findIndex((text) => text.includes(secret)),
        `the text that has ${secret}`,
      ).toBe(-1);
  });
});
