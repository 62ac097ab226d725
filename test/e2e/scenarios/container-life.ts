import type { Scribe } from '../clients/transcript.ts';
import { remove, type Scenario } from './scenario.ts';

export const containerLife: [string, Scenario][] = [
  ['run prints, exits with the status of the command, and --rm removes', runs],
  ['run reads from standard input until it ends', readsInput],
  ['run -it has a terminal', terminal],
  ['run -d, ps, stop, start, restart, kill, rm', life],
  ['run fails as an engine fails', failedRuns],
  ['create, start -a, rename, inspect', createsAndRenames],
  ['pause and unpause', pauses],
  ['wait gives the exit status', waits],
  ['ps filters and formats', lists],
];

async function runs(scribe: Scribe): Promise<void> {
  await scribe.docker('run', '--rm', 'busybox', 'echo', 'hello');
  await scribe.docker('run', '--rm', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 7');
  await scribe.docker(
    'run',
    '--rm',
    '-e',
    'GREETING=hi there',
    '--hostname',
    'h1',
    '-w',
    '/tmp',
    'busybox',
    'sh',
    '-c',
    'echo $GREETING; hostname; pwd',
  );
  await scribe.docker('run', '--rm', '--entrypoint', 'sh', 'busybox', '-c', 'id -u');
}

async function readsInput(scribe: Scribe): Promise<void> {
  await scribe.dockerWith({ input: 'hi\n' }, 'run', '--rm', '-i', 'busybox', 'cat');
  await scribe.dockerWith({ input: 'x'.repeat(300_000) }, 'run', '--rm', '-i', 'busybox', 'wc', '-c');
  await scribe.dockerWith(
    { input: 'late\n' },
    'run',
    '--rm',
    '-i',
    'busybox',
    'sh',
    '-c',
    'cat; sleep 0.3; echo after the end of input',
  );
}

async function terminal(scribe: Scribe): Promise<void> {
  await scribe.terminal("docker run --rm -it busybox sh -c 'test -t 0 && echo a terminal; stty size | wc -w; exit 3'");
}

async function life(scribe: Scribe): Promise<void> {
  await scribe.docker('run', '-d', '--name', 'life', 'busybox', 'sleep', '300');
  await scribe.docker('ps', '--filter', 'name=life', '--format', '{{.Names}} {{.Image}} {{.Command}} {{.State}} {{.Status}}');
  await scribe.docker('stop', '-t', '0', 'life');
  await scribe.docker('ps', '-a', '--filter', 'name=life', '--format', '{{.Names}} {{.State}} {{.Status}}');
  await scribe.docker('start', 'life');
  await scribe.docker('start', 'life');
  await scribe.docker('restart', '-t', '0', 'life');
  await scribe.docker('rm', 'life');
  await scribe.docker('kill', 'life');
  await scribe.docker('kill', 'life');
  await scribe.docker('stop', 'life');
  await scribe.docker('rm', 'life');
  await scribe.docker('ps', '-a', '--filter', 'name=life', '-q');
}

async function failedRuns(scribe: Scribe): Promise<void> {
  await scribe.docker('run', '--rm', 'busybox', 'no-such-command');
  await scribe.docker('run', '--rm', '--name', '-bad-', 'busybox', 'true');
  await scribe.docker('run', '-d', '--name', 'taken', 'busybox', 'sleep', '300');
  const second = await scribe.cli('create', '--name', 'taken', 'busybox');
  scribe.transcript.push({
    command: 'create with a taken name',
    code: second.code,
    stdout: second.stdout,
    stderr: String(second.stderr.includes('Conflict')),
  });
  await remove(scribe, 'taken');
}

async function createsAndRenames(scribe: Scribe): Promise<void> {
  await scribe.docker('create', '--name', 'first', '--label', 'a=b', '--memory', '32m', 'busybox', 'echo', 'started');
  await scribe.docker('ps', '-a', '--filter', 'name=first', '--format', '{{.Names}} {{.Status}}');
  await scribe.docker('start', '-a', 'first');
  await scribe.docker('rename', 'first', 'second');
  await scribe.docker(
    'inspect',
    'second',
    '--format',
    '{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{.Config.Labels.a}} {{.HostConfig.Memory}} {{.Config.Cmd}} {{.Config.Env}}',
  );
  await scribe.docker('inspect', 'first');
  await remove(scribe, 'second');
}

async function pauses(scribe: Scribe): Promise<void> {
  await scribe.docker('run', '-d', '--name', 'paused', 'busybox', 'sleep', '300');
  await scribe.docker('pause', 'paused');
  await scribe.docker('pause', 'paused');
  await scribe.docker('ps', '--filter', 'name=paused', '--format', '{{.State}} {{.Status}}');
  await scribe.docker('exec', 'paused', 'true');
  await scribe.docker('unpause', 'paused');
  await scribe.docker('unpause', 'paused');
  await remove(scribe, 'paused');
}

async function waits(scribe: Scribe): Promise<void> {
  await scribe.docker('run', '-d', '--name', 'waited', 'busybox', 'sh', '-c', 'sleep 0.5; exit 11');
  await scribe.docker('wait', 'waited');
  await scribe.docker('wait', 'waited');
  await remove(scribe, 'waited');
}

async function lists(scribe: Scribe): Promise<void> {
  await scribe.docker('run', '-d', '--name', 'listed-1', '--label', 'set=one', 'busybox', 'sleep', '300');
  await scribe.docker('run', '--name', 'listed-2', '--label', 'set=one', 'busybox', 'sh', '-c', 'exit 2');
  await scribe.docker('create', '--name', 'listed-3', '--label', 'set=two', 'busybox');
  const format = ['--format', '{{.Names}} {{.State}} {{.Label "set"}}'];
  await scribe.docker('ps', ...format, '--filter', 'label=set');
  await scribe.docker('ps', '-a', ...format, '--filter', 'label=set');
  await scribe.docker('ps', ...format, '--filter', 'label=set=one', '--filter', 'status=exited');
  await scribe.docker('ps', '-a', ...format, '--filter', 'exited=2', '--filter', 'label=set');
  await scribe.docker('ps', '-a', ...format, '--filter', 'name=^/listed-2$');
  await scribe.docker('ps', '-n', '1', ...format, '--filter', 'label=set');
  await scribe.docker('ps', '-l', ...format);
  await scribe.docker('ps', '-a', ...format, '--filter', 'ancestor=busybox', '--filter', 'label=set=two');
  await scribe.docker('ps', '-a', ...format, '--filter', 'before=listed-2', '--filter', 'label=set');
  await scribe.docker('ps', '-a', ...format, '--filter', 'since=listed-1', '--filter', 'label=set');
  await scribe.docker('ps', '-aq', '--no-trunc', '--filter', 'label=set=two');
  await scribe.docker('ps', '-as', '--filter', 'label=set=two', '--format', '{{.Names}}');
  await scribe.docker('ps', '--filter', 'colour=red');
  await scribe.docker('rm', '-f', 'listed-1', 'listed-2', 'listed-3');
}
