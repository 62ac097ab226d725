import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario, Session } from '../session.ts';

/** A day with the docker CLI: every command once at least. */
export const cliSession: [string, Scenario][] = [
  ['docker run, ps, stop, rm', runs],
  ['docker exec, logs, cp, top, stats, diff', looksInside],
  ['docker commit, export, import, save, load, tag, history, rmi', imageCommands],
  ['docker network and docker volume', objectCommands],
  ['docker events, system df, info, version, prune, login', systemCommands],
  ['docker build, classic', classicBuild],
];

async function runs(session: Session): Promise<void> {
  await session.docker('run', '--rm', 'busybox', 'echo', 'hello');
  await session.docker('run', '--rm', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 7');
  await session.dockerWith({ input: 'piped\n' }, 'run', '--rm', '-i', 'busybox', 'cat');
  await session.docker('run', '--rm', 'busybox', 'no-such-program');
  await session.docker('run', '--rm', '--pull', 'never', 'nothing:here');
  await session.docker('run', '-d', '--init', '--name', 'web', '--label', 'set=a', '-p', '80', 'busybox', 'sleep', '600');
  await session.docker('run', '--name', 'web', 'busybox');
  await session.docker('ps');
  await session.docker('ps', '--format', '{{.Names}} {{.Image}} {{.Command}} {{.State}} {{.Labels}} {{.Networks}} {{.Mounts}}');
  await session.docker(
    'ps',
    '-a',
    '--no-trunc',
    '--filter',
    'label=set=a',
    '--filter',
    'status=running',
    '--format',
    '{{.ID}} {{.Names}}',
  );
  await session.docker('ps', '-q', '--filter', 'name=web');
  await session.docker('ps', '--filter', 'colour=red');
  await session.docker(
    'inspect',
    '--format',
    '{{.Name}} {{.State.Status}} {{.HostConfig.NetworkMode}} {{.Config.Labels.set}}',
    'web',
  );
  await session.docker('inspect', 'nothing');
  await session.docker('port', 'web');
  await session.docker('update', '--memory', '64m', '--memory-swap', '-1', 'web');
  await session.docker('pause', 'web');
  await session.docker('ps', '--format', '{{.Names}} {{.State}}');
  await session.docker('unpause', 'web');
  await session.docker('rename', 'web', 'web2');
  await session.docker('restart', '-t', '0', 'web2');
  await session.docker('stop', '-t', '0', 'web2');
  await session.docker('wait', 'web2');
  await session.docker('start', 'web2');
  await session.docker('kill', 'web2');
  await session.docker('ps', '-a', '--filter', 'exited=137', '--format', '{{.Names}} {{.State}}');
  await session.docker('rm', 'web2');
  await session.docker('rm', 'web2');
}

async function looksInside(session: Session): Promise<void> {
  await session.docker(
    'run',
    '-d',
    '--init',
    '--name',
    'box',
    'busybox',
    'sh',
    '-c',
    'echo one; sleep 0.3; echo two >&2; echo x > /new; sleep 600',
  );
  await session.docker('exec', 'box', 'sh', '-c', 'echo inside; exit 5');
  await session.docker('exec', '-e', 'A=1', '-w', '/etc', '-u', '1', 'box', 'sh', '-c', 'echo $A; pwd; id -u');
  await session.dockerWith({ input: 'piped\n' }, 'exec', '-i', 'box', 'cat');
  await session.docker('exec', 'box', 'no-such-program');
  await session.docker('exec', '-d', 'box', 'true');
  await session.settledLog('box', 'two');
  await session.docker('logs', 'box');
  await session.docker('logs', '--tail', '1', '--timestamps', 'box');
  await session.docker('top', 'box', '-o', 'comm');
  await session.docker('stats', '--no-stream', '--format', '{{.Name}}', 'box');
  await session.docker('diff', 'box');
  writeFileSync(join(session.folder, 'in.txt'), 'a file\n');
  await session.docker('cp', 'in.txt', 'box:/in.txt');
  await session.docker('exec', 'box', 'cat', '/in.txt');
  await session.dockerWith({ input: 'no tar' }, 'cp', '-', 'box:/');
  await session.docker('cp', 'box:/nothing', '.');
  await session.docker('attach', 'nothing');
  await session.docker('rm', 'box');
  await session.docker('rm', '-f', 'box');
}

async function imageCommands(session: Session): Promise<void> {
  await session.docker('run', '--name', 'made', 'busybox', 'sh', '-c', 'echo x > /new');
  await session.docker('commit', '-m', 'why', '-a', 'who', '-c', 'CMD ["cat","/new"]', 'made', 'committed:1');
  await session.docker('run', '--rm', 'committed:1');
  await session.docker('history', '--format', '{{.CreatedBy}} {{.Comment}}', 'committed:1');
  await session.docker('export', '-o', 'made.tar', 'made');
  await session.docker('import', '-m', 'flat', 'made.tar', 'imported:1');
  await session.docker('image', 'inspect', '--format', '{{.RepoTags}} {{.Comment}} {{.Os}}', 'imported:1');
  await session.docker('tag', 'committed:1', 'tagged:1');
  await session.docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'tagged');
  await session.docker('images', '--filter', 'dangling=true', '-q');
  // An engine names two tags of one image in any order.
  await session.docker('images', '--filter', 'reference=[ct]*ed:1', '--format', '{{.ID}}');
  await session.docker('images', '--filter', 'reference=imp*:1', '--format', '{{.Repository}}');
  await session.docker('save', '-o', 'saved.tar', 'tagged:1');
  await session.docker('rmi', 'tagged:1');
  await session.docker('load', '-i', 'saved.tar');
  await session.docker('rmi', 'tagged:1', 'committed:1');
  await session.docker('rmi', 'imported:1');
  await session.docker('rmi', 'nothing');
  await session.docker('pull', '127.0.0.1:1/nothing');
  await session.docker('push', '127.0.0.1:1/nothing');
  await session.docker('rm', 'made');
}

async function objectCommands(session: Session): Promise<void> {
  await session.docker('network', 'create', '--label', 'a=b', 'net');
  await session.docker('network', 'create', 'net');
  await session.docker('network', 'ls', '--filter', 'label=a=b', '--format', '{{.Name}} {{.Driver}} {{.Scope}}');
  await session.docker('network', 'ls', '--format', '{{.Name}} {{.Driver}} {{.Scope}}');
  await session.docker('network', 'inspect', '--format', '{{.Name}} {{.Driver}} {{.Options}} {{.Labels}}', 'net');
  await session.docker(
    'run',
    '-d',
    '--init',
    '--name',
    'one',
    '--network',
    'net',
    '--network-alias',
    'uno',
    'busybox',
    'sleep',
    '600',
  );
  await session.docker(
    'run',
    '--rm',
    '--network',
    'net',
    'busybox',
    'sh',
    '-c',
    'ping -c 1 -W 5 uno > /dev/null && echo reached',
  );
  await session.docker('network', 'rm', 'net');
  await session.docker('network', 'disconnect', 'net', 'one');
  await session.docker('network', 'connect', '--alias', 'eins', 'net', 'one');
  await session.docker('rm', '-f', 'one');
  await session.docker('network', 'rm', 'net');
  await session.docker('network', 'rm', 'net');
  await session.docker('volume', 'create', '--label', 'a=b', 'vol');
  await session.docker('volume', 'ls', '--filter', 'label=a=b');
  await session.docker('volume', 'inspect', '--format', '{{.Name}} {{.Driver}} {{.Labels}} {{.Scope}}', 'vol');
  await session.docker('run', '--name', 'writer', '-v', 'vol:/data', 'busybox', 'sh', '-c', 'echo kept > /data/f');
  await session.docker('run', '--rm', '--volumes-from', 'writer', 'busybox', 'cat', '/data/f');
  await session.docker('volume', 'rm', 'vol');
  await session.docker('rm', 'writer');
  await session.docker('volume', 'rm', 'vol');
  await session.docker('volume', 'rm', 'vol');
  await session.docker('volume', 'prune', '-f');
  await session.docker('network', 'prune', '-f');
}

async function systemCommands(session: Session): Promise<void> {
  const since = String(Date.now() / 1_000);
  await session.docker('run', '--name', 'eventful', 'busybox', 'true');
  await session.docker('rm', 'eventful');
  await session.nextSecond();
  const span = ['--since', since, '--until', String(Date.now() / 1_000)];
  const format = ['--format', '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'];
  await session.docker('events', ...span, '--filter', 'container=eventful', '--filter', 'type=container', ...format);
  await session.docker('version', '--format', '{{.Server.Os}} {{.Server.Arch}} {{.Server.APIVersion}} {{.Server.MinAPIVersion}}');
  await session.docker('version');
  await session.docker('info', '--format', '{{.OSType}} {{.Architecture}} {{.Swarm.LocalNodeState}} {{.Driver}} {{.Containers}}');
  await session.docker('info');
  await session.docker('system', 'df');
  await session.docker('system', 'df', '-v');
  await session.docker('container', 'prune', '-f');
  await session.docker('image', 'prune', '-f');
  await session.docker('system', 'prune', '-f');
  await session.dockerWith({ input: 'secret' }, 'login', '-u', 'me', '--password-stdin', '127.0.0.1:1');
  await session.docker('search', 'nothing');
  await session.docker('plugin', 'ls');
  await session.docker('node', 'ls');
  await session.docker('service', 'ls');
  await session.docker('swarm', 'leave');
  await session.docker('stack', 'ls');
}

async function classicBuild(session: Session): Promise<void> {
  const env = { DOCKER_BUILDKIT: '0' };
  writeFileSync(join(session.folder, 'Dockerfile'), 'FROM busybox\nLABEL a=b\nRUN echo built > /built\nCMD ["cat", "/built"]\n');
  await session.dockerWith({ env }, 'build', '-q', '-t', 'built:1', '.');
  await session.docker('run', '--rm', 'built:1');
  writeFileSync(join(session.folder, 'Dockerfile'), 'FROM busybox\nRUN exit 3\n');
  await session.dockerWith({ env }, 'build', '-q', '-t', 'broken:1', '.');
  writeFileSync(join(session.folder, 'Dockerfile'), 'FRO busybox\n');
  await session.dockerWith({ env }, 'build', '-q', '.');
  await session.docker('rmi', 'built:1');
  await session.docker('image', 'prune', '-f');
}
