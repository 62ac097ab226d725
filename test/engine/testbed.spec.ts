import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { identify, Testbed, type TestEngine, whyNoEngines } from '#testing';

/** A container that ends at once when asked to, so that restarts need not wait for it. */
const polite = ['busybox', 'sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait; done'];

describe.skipIf(whyNoEngines() !== undefined)('the testbed', () => {
  let bed: Testbed;
  let engines: { old: TestEngine; new: TestEngine };

  beforeAll(async () => {
    bed = await Testbed.open('testbed-spec');
    const [oldEngine, newEngine] = await Promise.all([
      bed.engine({ labels: { storage: 'ssd' } }),
      bed.engine({ generation: 'new', name: 'modern' }),
    ]);
    engines = { old: oldEngine, new: newEngine };
    await Promise.all([oldEngine.image(), newEngine.image()]);
  });

  afterAll(async () => {
    await bed.close();
  });

  it.each(['old', 'new'] as const)('boots an engine of the %s generation under its own name', async (generation) => {
    const engine = engines[generation];
    const shown = await engine.docker('info', '--format', '{{.Name}} {{.ServerVersion}}');
    expect(shown).toMatch(generation === 'old' ? /^node-1 20\.10\./ : /^modern 28\./);
    expect(existsSync(engine.socketPath)).toBe(true);
  });

  it('gives engines the labels they were asked for', async () => {
    expect(await engines.old.docker('info', '--format', '{{.Labels}}')).toBe('[storage=ssd]');
  });

  it.each(['old', 'new'] as const)(
    'runs limited containers on the %s engine and reaches their published ports',
    async (generation) => {
      const engine = engines[generation];
      const serve = ['sh', '-c', 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 80 -h /www'];
      await engine.docker('run', '-d', '--name', 'web', '--memory', '64m', '-p', '8080:80', 'busybox', ...serve);
      await expect.poll(async () => (await fetch(`http://${engine.ip}:8080/`)).text()).toBe('hello\n');
      expect(await engine.docker('exec', 'web', 'cat', '/etc/hostname')).toMatch(/^[0-9a-f]{12}$/);
      expect(await engine.docker('stats', '--no-stream', '--format', '{{.MemUsage}}', 'web')).toContain('/ 64MiB');
      await engine.docker('pause', 'web');
      expect(await engine.docker('inspect', '--format', '{{.State.Paused}}', 'web')).toBe('true');
      await engine.docker('unpause', 'web');
      await engine.docker('rm', '--force', 'web');
    },
  );

  it('holds the same image under the same id on every engine', async () => {
    const ids = [engines.old, engines.new].map((engine) => engine.docker('images', '--quiet', '--no-trunc', 'busybox'));
    const [first, second] = await Promise.all(ids);
    expect(first).toBe(second);
  });

  it.each(['old', 'new'] as const)('brings the %s engine back after a kill, with its containers', async (generation) => {
    const engine = engines[generation];
    await engine.docker('run', '-d', '--name', `kept-${generation}`, ...polite);
    await engine.kill();
    expect(await engine.answers()).toBe(false);
    await engine.restart();
    expect(await engine.docker('ps', '--all', '--format', '{{.Names}}')).toBe(`kept-${generation}`);
  });

  it('brings an engine back after its host lost power', async () => {
    const id = await engines.new.docker('info', '--format', '{{.ID}}');
    await engines.new.powerOff();
    expect(await engines.new.answers()).toBe(false);
    await engines.new.restart();
    expect(await engines.new.docker('info', '--format', '{{.ID}}')).toBe(id);
  });

  it('takes a host off the network and puts it back while its engine runs on', async () => {
    await engines.old.cut();
    expect(await engines.old.answers()).toBe(false);
    await engines.old.heal();
    await expect.poll(() => engines.old.answers(), { timeout: 10_000 }).toBe(true);
  });

  it('lets an engine hang and go on', async () => {
    await engines.old.stop();
    expect(await engines.old.answers()).toBe(false);
    await engines.old.cont();
    await expect.poll(() => engines.old.answers(), { timeout: 10_000 }).toBe(true);
  });

  it('serves images from a registry that both generations pull from', async () => {
    const registry = await bed.registry();
    const reference = await registry.push(engines.old, 'busybox', 'team/app:1');
    await engines.new.docker('pull', '--quiet', reference);
    expect(await engines.new.docker('run', '--rm', reference, 'echo', 'pulled')).toBe('pulled');
  });

  it('runs CLI plugins from its own configuration folder', async () => {
    expect(await engines.new.docker('compose', 'version', '--short')).toMatch(/^\d+\.\d+/);
    expect(await engines.new.docker('buildx', 'version')).toMatch(/buildx/);
  });

  it('leaves no process, link, mount or cgroup behind when it closes', async () => {
    const closing = await Testbed.open('closing');
    const [engine] = await Promise.all([closing.engine(), closing.engine({ generation: 'new' })]);
    await engine.image();
    // Frozen processes do not die of themselves.
    for (const name of ['running', 'paused']) await engine.docker('run', '-d', '--name', name, 'busybox', 'sleep', '600');
    await engine.docker('pause', 'paused');
    const trace = traceOf(closing.name);
    expect(trace().processes).not.toEqual([]);
    await closing.close();
    await expect.poll(trace, { timeout: 10_000 }).toEqual({ processes: [], links: [], mounts: [], cgroups: [], files: [] });
  });

  it('ends the engines of a process that crashed, and removes the rest when the next bed opens', async () => {
    const script = `import { Testbed } from '#testing';
      const bed = await Testbed.open('crashing');
      await bed.engine();
      console.log(bed.name);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const [name] = (await once(createInterface(child.stdout), 'line')) as [string];
    const trace = traceOf(name);
    expect(trace().processes).not.toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'close');
    await expect.poll(() => trace().processes, { timeout: 10_000 }).toEqual([]);
    await (await Testbed.open('reaping')).close();
    await expect.poll(trace, { timeout: 10_000 }).toEqual({ processes: [], links: [], mounts: [], cgroups: [], files: [] });
  });

  /** All that a bed may leave on the machine; asked for again and again. */
  function traceOf(bedName: string) {
    const folder = join(bed.dockerConfig, '../..');
    const bedJson = JSON.parse(readFileSync(join(folder, bedName, 'bed.json'), 'utf8')) as { network: { number: number } };
    const { number } = bedJson.network;
    const inits = readdirSync(join(folder, bedName)).flatMap((host) => {
      const file = join(folder, bedName, host, 'init.stat');
      return existsSync(file) ? [readFileSync(file, 'utf8').split(' ')[0] ?? ''] : [];
    });
    const namespaces = new Set(inits.map((pid) => pidNamespaceOf(pid)));
    return () => ({
      processes: readdirSync('/proc').filter(
        (pid) => /^\d+$/.test(pid) && namespaces.has(pidNamespaceOf(pid)) && identify(Number(pid)) !== undefined,
      ),
      links: execFileSync('ip', ['-o', 'link'], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => line.includes(` baleen${number}:`) || line.includes(` bal${number}n`)),
      mounts: readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .filter((line) => line.includes(bedName)),
      // Of every hierarchy the top, where a host's is; deeper down those of other beds come and go.
      cgroups: readdirSync('/sys/fs/cgroup', { withFileTypes: true })
        .flatMap((entry) => (entry.isDirectory() ? [entry.name, ...readdirSync(`/sys/fs/cgroup/${entry.name}`)] : []))
        .filter((name) => name.includes(bedName)),
      files: readdirSync(folder).filter((name) => name === bedName),
    });
  }
});

/** Every host has its own; a process that has just ended has none, and one that may not be looked at is no process of ours. */
function pidNamespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch (error) {
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return `unknown ${pid}`;
    throw error;
  }
}
