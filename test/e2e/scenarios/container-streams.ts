import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scribe } from '../clients/transcript.ts';
import { eventually } from '../eventually.ts';
import { remove, type Scenario } from './scenario.ts';

export const containerStreams: [string, Scenario][] = [
  ['logs, with follow, tail and timestamps', logs],
  ['attach, and Ctrl-C by signal', attaches],
  ['exec: output, status, input, environment, terminal, detached', execs],
  ['top, stats, diff, port', looks],
  ['cp in, out and as a stream', copies],
];

async function logs(scribe: Scribe): Promise<void> {
  await scribe.docker(
    'run',
    '--name',
    'talker',
    'busybox',
    'sh',
    '-c',
    'for i in 1 2 3; do echo line $i; done; sleep 0.3; echo oops >&2',
  );
  await scribe.docker('logs', 'talker');
  await scribe.docker('logs', '--tail', '1', 'talker');
  await scribe.docker('logs', '-t', '--tail', '2', 'talker');
  await remove(scribe, 'talker');
  await scribe.docker('run', '-d', '--name', 'slow-talker', 'busybox', 'sh', '-c', 'echo one; sleep 1; echo two');
  await scribe.docker('logs', '-f', 'slow-talker');
  await remove(scribe, 'slow-talker');
}

async function attaches(scribe: Scribe): Promise<void> {
  await scribe.docker(
    'run',
    '-d',
    '-i',
    '--name',
    'door',
    'busybox',
    'sh',
    '-c',
    'read line; sleep 0.5; echo got $line; sleep 0.5; exit 4',
  );
  await scribe.dockerWith({ input: 'knock\n' }, 'attach', 'door');
  await remove(scribe, 'door');
  await scribe.docker(
    'run',
    '-d',
    '--name',
    'signalled',
    'busybox',
    'sh',
    '-c',
    "trap 'echo interrupted; exit 5' INT; while true; do sleep 0.1; done",
  );
  await eventually('the trap is set', 10_000, async () =>
    (await scribe.cli('exec', 'signalled', 'ps')).stdout.includes('sleep 0.1') ? true : undefined,
  );
  await scribe.docker('kill', '-s', 'INT', 'signalled');
  await scribe.docker('wait', 'signalled');
  await scribe.docker('logs', 'signalled');
  await remove(scribe, 'signalled');
}

async function execs(scribe: Scribe): Promise<void> {
  await scribe.docker('run', '-d', '--name', 'host', 'busybox', 'sleep', '300');
  await scribe.docker('exec', 'host', 'echo', 'inside');
  await scribe.docker('exec', 'host', 'sh', '-c', 'echo out; echo err >&2; exit 9');
  await scribe.docker('exec', 'host', 'no-such-command');
  await scribe.dockerWith({ input: 'piped\n' }, 'exec', '-i', 'host', 'cat');
  await scribe.docker('exec', '-e', 'A=1', '-w', '/etc', 'host', 'sh', '-c', 'echo $A; pwd');
  await scribe.terminal("docker exec -it host sh -c 'test -t 1 && echo a terminal; exit 6'");
  await scribe.docker('exec', '-d', 'host', 'touch', '/marked');
  await eventually('the detached exec has run', 10_000, async () =>
    (await scribe.cli('exec', 'host', 'ls', '/marked')).code === 0 ? true : undefined,
  );
  await scribe.docker('stop', '-t', '0', 'host');
  await scribe.docker('exec', 'host', 'true');
  await remove(scribe, 'host');
}

async function looks(scribe: Scribe): Promise<void> {
  await scribe.docker(
    'run',
    '-d',
    '--name',
    'seen',
    '-p',
    '80',
    '-p',
    '127.0.0.1::81/udp',
    'busybox',
    'sh',
    '-c',
    'echo x > /new; sleep 300',
  );
  await eventually('the file is written', 10_000, async () =>
    (await scribe.cli('exec', 'seen', 'ls', '/new')).code === 0 ? true : undefined,
  );
  const top = await scribe.cli('top', 'seen', '-o', 'comm');
  scribe.transcript.push({
    command: 'top',
    code: top.code,
    stdout: top.stdout.split('\n').sort().join('\n'),
    stderr: top.stderr,
  });
  await scribe.docker('stats', '--no-stream', '--format', '{{.Name}}', 'seen');
  await scribe.docker('diff', 'seen');
  const ports = await scribe.cli('port', 'seen');
  scribe.transcript.push({
    command: 'port',
    code: ports.code,
    stdout: ports.stdout
      .replaceAll(/-> .*:\d+/g, '->')
      .split('\n')
      .filter((line, index, all) => all.indexOf(line) === index)
      .join('\n'),
    stderr: ports.stderr,
  });
  await remove(scribe, 'seen');
}

async function copies(scribe: Scribe): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'baleen-cp-'));
  await writeFile(join(folder, 'in.txt'), 'a file\n');
  await scribe.docker('create', '--name', 'box', 'busybox', 'sleep', '300');
  const into = await scribe.cli('cp', join(folder, 'in.txt'), 'box:/tmp/in.txt');
  const out = await scribe.cli('cp', 'box:/tmp/in.txt', join(folder, 'out.txt'));
  scribe.transcript.push({
    command: 'cp both ways',
    code: into.code,
    stdout: await readFile(join(folder, 'out.txt'), 'utf8'),
    stderr: String(out.code),
  });
  await scribe.docker('cp', 'box:/no/such/file', '-');
  await scribe.docker('start', 'box');
  await scribe.docker('exec', 'box', 'cat', '/tmp/in.txt');
  await remove(scribe, 'box');
  await rm(folder, { recursive: true });
}
