import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, Testbed, TestCa } from '#testing';
import { type DockerCli, dockerCli } from './clients/docker-cli.ts';
import { run } from './clients/run.ts';
import { Stack } from './product/stack.ts';

/** One fleet of an engine over TLS and one through ssh, as a user starts it (issue 4, item 4). */
describe('engines over TLS and ssh', () => {
  let folder: string;
  let bed: Testbed;
  let ours: Certificates;
  let flags: string[];
  let stack: Stack;
  let docker: DockerCli;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'baleen-e2e-transports-'));
    bed = await Testbed.open('transports');
    const authority = await TestCa.create(join(folder, 'ca'));
    ours = await authority.issue('client', 'DNS:client');
    const tls = await authority.issue('server', `IP:${bed.subnet.replace(/0\/24$/, '11')}`);
    const secured = await bed.engine({ generation: 'old', tls, labels: { way: 'tls' } });
    const remote = await bed.engine({ generation: 'new', labels: { way: 'ssh' } });
    await Promise.all([secured.image(), remote.image()]);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'id')]);
    const sshd = await remote.sshd(readFileSync(join(folder, 'id.pub'), 'utf8').trim());
    writeFileSync(join(folder, 'known_hosts'), `${sshd.knownHostsLine}\n`);
    const sshConfig = `Host *\nUser root\nIdentityFile ${join(folder, 'id')}\nUserKnownHostsFile ${join(folder, 'known_hosts')}\n`;
    writeFileSync(join(folder, 'ssh_config'), sshConfig);
    const files = ['--engine-tlscacert', ours.ca, '--engine-tlscert', ours.cert, '--engine-tlskey', ours.key];
    flags = ['--engine-tls', 'verify', ...files];
    stack = await Stack.start({
      discovery: `nodes://${secured.address},ssh://${remote.ip}/machine/docker.sock`,
      flags: [...flags, '--engine-ssh-config', join(folder, 'ssh_config')],
      engines: 2,
    });
    docker = dockerCli(stack.host(), bed.dockerConfig);
  });

  afterAll(async () => {
    await stack?.stop();
    await bed?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['tls', 'ssh'])('runs a container and an exec on the engine over %s', async (way) => {
    const script = 'cat; sleep 0.3; echo late; exit 3';
    const create = ['run', '--rm', '-i', '-e', `constraint:way==${way}`, 'busybox', 'sh', '-c', script];
    expect(await docker.with({ input: 'early\n' }, ...create)).toMatchObject({ stdout: 'early\nlate\n', code: 3 });
    const started = await docker('run', '-d', '--name', way, '-e', `constraint:way==${way}`, 'busybox', 'sleep', '600');
    expect(started).toMatchObject({ code: 0, stderr: '' });
    const executed = await docker.with({ input: 'again\n' }, 'exec', '-i', way, 'sh', '-c', 'cat; hostname -i >&2; exit 4');
    expect(executed).toMatchObject({ stdout: 'again\n', code: 4 });
    expect(await docker('rm', '-f', way)).toMatchObject({ code: 0 });
  });

  it('ends with the reason, before anything starts, when a certificate cannot be used', async () => {
    const wrong = flags.map((flag) => (flag === ours.key ? '/nowhere/key.pem' : flag));
    const { code, stderr } = await run(join(import.meta.dirname, '../../bin/baleen'), ['manage', ...wrong, '10.0.0.1:2376']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^baleen: Couldn't load X509 key pair \(.*client\.pem, \/nowhere\/key\.pem\): \/nowhere\/key\.pem \(--engine-tlskey or BALEEN_ENGINE_TLS_KEY_FILE\): no such file or directory; give /m,
    );
  });
});
