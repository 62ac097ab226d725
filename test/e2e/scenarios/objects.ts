import type { Scribe } from '../clients/transcript.ts';
import { remove, type Scenario } from './scenario.ts';

export const objects: [string, Scenario][] = [
  ['volumes: create, use, inspect, in use, rm', volumes],
  ['networks: create, names resolve inside, inspect, in use, rm', networks],
  ['events of one container', events],
  ['images: list, inspect, history, tag, rmi', images],
  ['unknown things are not found', unknown],
];

async function volumes(scribe: Scribe): Promise<void> {
  await scribe.docker('volume', 'create', '--label', 'purpose=test', 'data');
  await scribe.docker('volume', 'create', 'data');
  await scribe.docker('volume', 'inspect', 'data', '--format', '{{.Name}} {{.Driver}} {{.Labels}} {{.Scope}}');
  await scribe.docker('volume', 'ls', '--filter', 'name=data', '--format', '{{.Driver}} {{.Name}}');
  const node = ['-v', 'data:/data'];
  await scribe.cli('run', '--rm', ...node, 'busybox', 'sh', '-c', 'echo kept > /data/file');
  const read = await scribe.cli('run', '--name', 'reader', ...node, 'busybox', 'cat', '/data/file');
  scribe.transcript.push({
    command: 'a second container reads the volume',
    code: read.code,
    stdout: read.stdout,
    stderr: read.stderr,
  });
  await scribe.docker('volume', 'rm', 'data');
  await remove(scribe, 'reader');
  await scribe.docker('volume', 'rm', 'data');
  await scribe.docker('volume', 'rm', 'data');
}

async function networks(scribe: Scribe): Promise<void> {
  await scribe.docker('network', 'create', '--label', 'purpose=test', 'net1');
  const again = await scribe.cli('network', 'create', 'net1');
  scribe.transcript.push({
    command: 'network create with a taken name',
    code: again.code,
    stdout: again.stdout,
    stderr: String(again.stderr.includes('already exists')),
  });
  await scribe.docker('network', 'inspect', 'net1', '--format', '{{.Name}} {{.Driver}} {{.Scope}} {{.Labels}} {{.Internal}}');
  await scribe.docker('network', 'ls', '--filter', 'name=net1', '--format', '{{.Name}} {{.Driver}} {{.Scope}}');
  await scribe.cli('run', '-d', '--name', 'server', '--network', 'net1', 'busybox', 'sleep', '300');
  const ping = await scribe.cli(
    'run',
    '--rm',
    '--network',
    'net1',
    'busybox',
    'sh',
    '-c',
    'ping -c 1 -W 5 server > /dev/null && echo reached',
  );
  scribe.transcript.push({ command: 'names resolve on the network', code: ping.code, stdout: ping.stdout, stderr: ping.stderr });
  const used = await scribe.cli('network', 'rm', 'net1');
  scribe.transcript.push({
    command: 'network rm while in use',
    code: used.code,
    stdout: used.stdout,
    stderr: String(used.stderr.includes('has active endpoints')),
  });
  await scribe.docker('network', 'disconnect', 'net1', 'server');
  await scribe.docker('network', 'connect', 'net1', 'server');
  await remove(scribe, 'server');
  await scribe.docker('network', 'rm', 'net1');
  await scribe.docker('network', 'rm', 'net1');
}

async function events(scribe: Scribe): Promise<void> {
  const since = String(Date.now() / 1_000 - 1);
  await scribe.docker('run', '--name', 'eventful', 'busybox', 'true');
  await remove(scribe, 'eventful');
  const until = String(Date.now() / 1_000 + 1);
  await scribe.docker(
    'events',
    '--since',
    since,
    '--until',
    until,
    '--filter',
    'container=eventful',
    '--filter',
    'type=container',
    '--format',
    '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}',
  );
}

async function images(scribe: Scribe): Promise<void> {
  await scribe.docker('images', 'busybox', '--format', '{{.Repository}}:{{.Tag}} {{.ID}}');
  await scribe.docker('image', 'inspect', 'busybox', '--format', '{{.RepoTags}} {{.Os}} {{.Architecture}} {{.Config.Cmd}}');
  await scribe.docker('history', '-q', 'busybox');
  await scribe.docker('tag', 'busybox', 'renamed:v1');
  await scribe.docker('run', '--rm', 'renamed:v1', 'echo', 'from the tag');
  await scribe.docker('rmi', 'renamed:v1');
  await scribe.docker('rmi', 'renamed:v1');
}

async function unknown(scribe: Scribe): Promise<void> {
  for (const verb of ['start', 'stop', 'kill', 'rm', 'logs', 'wait', 'pause', 'top', 'diff', 'attach', 'port'])
    await scribe.docker(verb, 'nobody');
  await scribe.docker('exec', 'nobody', 'true');
  await scribe.docker('cp', 'nobody:/etc/passwd', '-');
  await scribe.docker('rename', 'nobody', 'somebody');
  await scribe.docker('inspect', 'nobody');
  await scribe.docker('image', 'inspect', 'nobody');
  await scribe.docker('network', 'inspect', 'nobody');
  await scribe.docker('volume', 'inspect', 'nobody');
}
