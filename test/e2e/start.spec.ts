import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Testbed, type TestEngine } from '#testing';
import { dockerCli } from './support/docker-cli.ts';
import { eventually } from './support/eventually.ts';
import { run } from './support/run.ts';
import { Stack } from './support/stack.ts';

const baleen = (...args: readonly string[]) =>
  run('bin/baleen', args, { env: { ...process.env, DOCKER_HOST: '', SWARM_DISCOVERY: '' } });

describe('the command line', () => {
  it('tells its version and helps on every command', async () => {
    expect((await baleen('--version')).stdout).toMatch(/^baleen version \d+\.\d+\.\d+\n$/);
    const { stdout } = await baleen('--help');
    const commands = ['manage', 'gateway', 'scheduler', 'monitor', 'discovery', 'explain', 'list', 'join', 'create', 'nodes'];
    for (const command of commands) {
      expect(stdout).toContain(command);
      const help = await baleen(command, '--help');
      expect(help.code, command).toBe(0);
      expect(help.stdout).toContain(`Usage: baleen ${command}`);
    }
  });

  it.each([
    [['manage'], 'discovery required to manage a cluster'],
    [['manage', 'a:1', 'b:2'], 'takes one discovery argument'],
    [['manage', '--strategy', 'best', 'a:1'], 'strategy not supported'],
    [['manage', '--tlsverify', 'a:1'], '--tlscert and --tlskey must be provided'],
    [['manage', '-H', 'foo://x', 'a:1'], 'unsupported protocol: "foo"'],
    [['manage', '--no-such-flag', 'a:1'], "unknown option '--no-such-flag'"],
    [['bogus'], "unknown command 'bogus'"],
    [['join', 'a:1'], 'baleen join is not available yet'],
    [['explain', '--dry-run', '--frobnicate'], 'unknown docker run flag: --frobnicate'],
  ])('%j ends with 1 and says why', async (args, message) => {
    const outcome = await baleen(...args);
    expect(outcome.stderr).toContain(message);
    expect(outcome.code).toBe(1);
  });

  it('refuses a node list that is none before anything listens', async () => {
    const outcome = await baleen('manage', '-H', 'tcp://127.0.0.1:0', '--', 'nodes://10.0.0.1');
    expect(outcome.stderr).toContain('10.0.0.1: missing port in address');
    expect(outcome.code).toBe(1);
  });
});

describe('manage over an engine that is not there yet', () => {
  let bed: Testbed;
  let stack: Stack | undefined;

  beforeAll(async () => {
    bed = await Testbed.open('start');
    return () => bed.close();
  });

  afterEach(async () => {
    await stack?.stop();
  });

  it('says what it tried, why it failed and what to do, and takes the engine in when it comes', async () => {
    const engine: TestEngine = await bed.engine({ generation: 'new' });
    await engine.image();
    await engine.kill();
    stack = await Stack.start({ discovery: engine.address });
    const { stderr } = await eventually('the report', 40_000, () =>
      stack?.stderr.includes('Start these daemons') ? stack : undefined,
    );
    expect(stderr).toContain('engines: 0 of 1 healthy');
    expect(stderr).toMatch(new RegExp(`${engine.address}: .*connection refused`));

    const docker = dockerCli(stack.host(), bed.dockerConfig);
    const refused = await docker('create', 'busybox');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/No healthy node available|No nodes available/);

    await engine.restart();
    await stack.healthyEngines(1);
    expect(await docker('run', '--rm', 'busybox', 'echo', 'taken in')).toMatchObject({ code: 0, stdout: 'taken in\n' });
  });
});
