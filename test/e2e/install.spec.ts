import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { run } from './clients/run.ts';
import { eventually } from './eventually.ts';

const packages = fileURLToPath(new URL('../../tools/bootstrap/packages.mjs', import.meta.url));
const stepMaxMs = 30_000;

/** A project with one dependency, whose install says that it began and ends when it may. */
class SlowProject {
  readonly folder: string;
  readonly #installs: Install[] = [];

  static async make(): Promise<SlowProject> {
    const project = new SlowProject();
    const source = join(project.folder, 'source', 'package');
    mkdirSync(source, { recursive: true });
    const install = 'cd ../..; echo >> begun; until [ -e may-end ]; do sleep 0.05; done';
    writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'slow', version: '1.0.0', scripts: { install } }));
    await run('tar', ['-czf', project.#at('slow.tgz'), '-C', join(project.folder, 'source'), 'package']);
    const manifest = { name: 'slow-project', version: '1.0.0', dependencies: { slow: 'file:slow.tgz' } };
    writeFileSync(project.#at('package.json'), JSON.stringify(manifest));
    await run('npm', ['install', '--package-lock-only', '--no-audit'], { cwd: project.folder });
    return project;
  }

  constructor(source?: SlowProject) {
    this.folder = mkdtempSync(join(tmpdir(), 'baleen-install-'));
    if (source !== undefined) cpSync(source.folder, this.folder, { recursive: true });
  }

  install(): Install {
    const install = new Install(this.folder);
    this.#installs.push(install);
    return install;
  }

  async hasBegun(times = 1): Promise<void> {
    await eventually(`install ${times} has begun`, stepMaxMs, () => (this.begun() === times ? true : undefined));
  }

  begun(): number {
    return existsSync(this.#at('begun')) ? readFileSync(this.#at('begun'), 'utf8').length : 0;
  }

  mayEnd(): void {
    writeFileSync(this.#at('may-end'), '');
  }

  isWhole(): boolean {
    return existsSync(this.#at('node_modules/slow/package.json')) && existsSync(this.#at('node_modules/.package-lock.json'));
  }

  /** Who has the lock, as it calls itself to those who wait. */
  npm(): number {
    return Number(/^npm ci \(process (\d+)\)$/.exec(readFileSync(this.#at('.cache/tree.lock'), 'utf8'))?.[1]);
  }

  async remove(): Promise<void> {
    this.mayEnd();
    for (const { ended } of this.#installs) await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  #at(name: string): string {
    return join(this.folder, name);
  }
}

class Install {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | NodeJS.Signals>;
  said = '';

  constructor(folder: string) {
    // The machine's own Node, as a newcomer has it.
    this.#child = spawn('node', [packages, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.said += chunk;
    });
    this.ended = once(this.#child, 'exit').then(([status, signal]) => status ?? signal);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

/** `npm ci` as `npm start`, `npm test` and bin/baleen run it, each perhaps beside another. */
describe('the install of npm packages', () => {
  let fresh: SlowProject;
  let project: SlowProject;
  beforeAll(async () => {
    fresh = await SlowProject.make();
  });
  beforeEach(() => {
    project = new SlowProject(fresh);
  });
  afterEach(() => project.remove());
  afterAll(() => fresh.remove());

  it('runs once when two want it at the same time; the second says for whom it waits', async () => {
    const first = project.install();
    await project.hasBegun();
    const second = project.install();
    await eventually('the second waits', stepMaxMs, () => (second.said.includes('waiting') ? true : undefined));
    project.mayEnd();
    expect(await Promise.all([first.ended, second.ended])).toEqual([0, 0]);
    expect(second.said).toBe(`npm ci (process ${project.npm()}) is at work in this folder: waiting for its end …\n`);
    expect({ begun: project.begun(), isWhole: project.isWhole() }).toEqual({ begun: 1, isWhole: true });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends at %s with all that it started, whatever that waits for, and is done again by the next',
    async (signal, status) => {
      const killed = project.install();
      await project.hasBegun();
      const npm = project.npm();
      killed.kill(signal);
      expect(await killed.ended).toBe(status);
      await eventually('npm is gone', stepMaxMs, () => (existsSync(`/proc/${npm}`) ? undefined : true));

      const next = project.install();
      await project.hasBegun(2);
      project.mayEnd();
      expect(await next.ended).toBe(0);
      expect(project.isWhole()).toBe(true);
    },
  );

  it('is waited for when it outlives who began it, and not done twice', async () => {
    const killed = project.install();
    await project.hasBegun();
    killed.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');
    const next = project.install();
    await eventually('it waits for npm', stepMaxMs, () => (next.said.includes(`process ${project.npm()}`) ? true : undefined));
    project.mayEnd();
    expect(await next.ended).toBe(0);
    expect({ begun: project.begun(), isWhole: project.isWhole() }).toEqual({ begun: 1, isWhole: true });
  });

  it('is done again when it was killed as a whole, or when a package is gone; a lock of the dead keeps nobody', async () => {
    const killed = project.install();
    await project.hasBegun();
    killed.kill('SIGKILL');
    process.kill(-project.npm(), 'SIGKILL');
    await killed.ended;
    project.mayEnd();
    expect(await project.install().ended).toBe(0);
    expect({ begun: project.begun(), isWhole: project.isWhole() }).toEqual({ begun: 2, isWhole: true });

    expect(await project.install().ended).toBe(0);
    expect(project.begun()).toBe(2);
    rmSync(join(project.folder, 'node_modules/slow'), { recursive: true });
    expect(await project.install().ended).toBe(0);
    expect({ begun: project.begun(), isWhole: project.isWhole() }).toEqual({ begun: 3, isWhole: true });
  });
});
