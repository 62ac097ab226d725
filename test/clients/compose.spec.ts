import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerCli } from '../e2e/clients/docker-cli.ts';
import { eventually } from '../e2e/eventually.ts';
import { ClientBed } from './bed/client-bed.ts';

const isLong = process.env['BALEEN_LONG'] === '1';
const rounds = isLong ? 10 : 1;
const engines = 4;
const roundMaxMs = 300_000;
const composeMaxMs = 240_000;
const servedMaxMs = 30_000;

/** Three projects of `test/clients/compose`, by docker compose itself, each in its own way; all at once. */
describe('compose projects', () => {
  let fleet: ClientBed;

  beforeAll(async () => {
    fleet = await ClientBed.open({ engines });
  });

  afterAll(() => fleet?.close());

  type Project = ReturnType<typeof projectOf>;

  function projectOf(sample: string, round: number) {
    const docker = dockerCli(fleet.stack.host(), fleet.bed.dockerConfig);
    const options = { cwd: `test/clients/compose/${sample}`, timeoutMs: composeMaxMs };
    const compose = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await docker.with(options, 'compose', '-p', `${sample}-${round}`, ...args);
      if (code !== 0) throw new Error(`${sample}: docker compose ${args.join(' ')} ended with ${code}: ${stderr}`);
      return stdout;
    };
    /** By the address that compose itself names. */
    const served = async (service: string, path = '/') => {
      const address = (await compose('port', service, '8080')).trim();
      return (await fetch(`http://${address}${path}`)).text();
    };
    return { compose, served };
  }

  async function shop({ compose, served }: Project): Promise<void> {
    expect((await compose('config', '--services')).trim().split('\n').sort()).toEqual(['cache', 'db', 'web']);
    await compose('up', '-d', '--wait');
    expect(await served('web')).toBe('orders\nhits\n');
    const states = await compose('ps', '--format', '{{.Service}} {{.State}} {{.Health}}');
    expect(states.trim().split('\n').sort()).toEqual(['cache running healthy', 'db running healthy', 'web running healthy']);
    expect(await compose('exec', '-T', 'web', 'wget', '-qO-', 'http://db:5432/orders')).toBe('orders\n');
    await compose('up', '-d', '--wait', '--scale', 'cache=2');
    expect((await compose('ps', '-q', 'cache')).trim().split('\n')).toHaveLength(2);
    await compose('restart', 'cache');
    expect(await served('web')).toBe('orders\nhits\n');
  }

  async function notes({ compose, served }: Project): Promise<void> {
    await compose('build');
    await compose('up', '-d', '--wait');
    expect(await served('web')).toBe('built and served\n');
    await compose('exec', '-T', 'web', 'sh', '-c', 'echo remember >/www/notes/first');
    await compose('up', '-d', '--wait', '--force-recreate');
    expect(await served('web', '/notes/first')).toBe('remember\n');
    expect(await compose('run', '--rm', '-T', 'web', 'cat', '/www/notes/first')).toContain('remember');
  }

  async function farm({ compose, served }: Project): Promise<void> {
    const reports = (count: number) =>
      eventually(`${count} workers have reported`, servedMaxMs, async () => {
        const lines = (await served('board')).trim().split('\n');
        return lines.length === count ? true : undefined;
      });
    await compose('up', '-d', '--wait');
    await reports(2);
    await compose('up', '-d', '--wait', '--scale', 'worker=5', '--no-recreate');
    await reports(5);
    await compose('up', '-d', '--wait', '--scale', 'worker=1', '--no-recreate');
    expect((await compose('ps', '-q', 'worker')).trim().split('\n')).toHaveLength(1);
    expect(await compose('logs', '--no-color', 'board')).toBe('');
  }

  const samples = { shop, notes, farm };

  it.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    'come up, serve, scale and go without a trace, round %i',
    async (round) => {
      const started = performance.now();
      await Promise.all(
        Object.entries(samples).map(async ([sample, use]) => {
          const project = projectOf(sample, round);
          try {
            await use(project);
          } finally {
            await project.compose('down', '-v', '--rmi', 'local', '-t', '2');
          }
        }),
      );
      expect(await fleet.leftOvers()).toEqual([]);
      console.log(
        `round ${round}: three projects over ${engines} engines in ${((performance.now() - started) / 1_000).toFixed(1)} s`,
      );
    },
    roundMaxMs,
  );
});
